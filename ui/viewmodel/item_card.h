#pragma once

#include <QString>
#include <QStringList>
#include <optional>
#include <utility>
#include <vector>

#include "core/detect/finding.h"
#include "core/model/operation.h"

namespace trocar::ui {

class Workspace;

// What the inspector says of an item, as values: built from memory, escaped, tested without a widget.

struct CardEvidence {
    OperationClass operation = OperationClass::other;
    QString head;          ///< "ProcessAccess"
    QString detail;        ///< "GrantedAccess 0x1f3fff (VM_WRITE, VM_OPERATION, +12)"
    QString stamp;         ///< "18:32:41.298  Sysmon 10  #766630"
    EventId event;
    bool witness = false;
    QString gapAfter;      ///< "+3.282 s \u00b7 vanishes below this TimeWindow": before the next witness
};

struct ChainCard {
    ChainId id;
    QString source, target, technique;
    QString grade;                      ///< "corroborated \u00b7 95"
    QString sentence;
    std::vector<CardEvidence> evidence; ///< witnesses all, others up to a limit
    int more = 0;                       ///< evidence left out
    std::vector<std::pair<OperationClass, QString>> missing;   ///< "load: not recorded for this pair, though ..."
    QString vanishes;
    QStringList alsoVanishes;           ///< other parameter values that remove it
    std::vector<std::pair<QString, QString>> addends;          ///< "+55", "thread started in a foreign process"
    QString completeness;               ///< "2 of 3 steps this capture could show"
    QString runnerUp;
    EventId anchor;
    ProcessId sourceProcess, targetProcess;
};
/// None when the chain is not among the candidates at these parameters.
[[nodiscard]] std::optional<ChainCard> chainCard(const Workspace& workspace, ChainId id);

/// The card as plain text for a note, a ticket or a mail: stamps in full with zone, files and records named.
/// Empty when there is no such chain.
[[nodiscard]] QString evidenceText(const Workspace& workspace, ChainId id);

/// A fact: name, value, and a remark that is shown muted ("inferred").
struct Fact {
    QString name, value, remark;
    ProcessId process;   ///< not none: the value is a link to it
    EventId event;       ///< not none: the value is a link to it
};
[[nodiscard]] std::vector<Fact> eventFacts(const Workspace& workspace, EventId id);

struct ProcessCard {
    QString title;                       ///< "notepad.exe 2576"
    std::vector<Fact> facts;
    struct Link {
        ChainId chain;
        QString text;                    ///< "\u2192 notepad.exe 2576"
        QString note;                    ///< "T1055.002 \u00b7 95"
        bool damped = false;
    };
    std::vector<Link> chains;
    int more = 0;
};
[[nodiscard]] ProcessCard processCard(const Workspace& workspace, ProcessId id);

/// Evidence text of several lines, escaped line by line; cut at `limit` bytes, which is said in the last line.
[[nodiscard]] QString visibleLines(std::string_view text, std::size_t limit);

}  // namespace trocar::ui
