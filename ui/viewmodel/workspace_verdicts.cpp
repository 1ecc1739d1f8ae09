#include <QDateTime>
#include <algorithm>

#include "ui/bridge/qt_convert.h"
#include "ui/viewmodel/undo_commands.h"
#include "ui/viewmodel/workspace_private.h"

namespace trocar::ui {
namespace {

UtcNanos now() {
    return {QDateTime::currentMSecsSinceEpoch() * 1'000'000};
}

QString verdictWord(Verdict verdict) {
    switch (verdict) {
        case Verdict::true_positive: return Workspace::tr("true");
        case Verdict::false_positive: return Workspace::tr("false");
        case Verdict::benign_true: return Workspace::tr("benign");
        case Verdict::unset: break;
    }
    return Workspace::tr("unset");
}

}  // namespace

Verdict Workspace::verdict(ChainId chain) const {
    const auto found = d->verdicts.find(chain);
    return found == d->verdicts.end() ? Verdict::unset : found->second.verdict;
}

QString Workspace::note(ChainId chain) const {
    const auto found = d->verdicts.find(chain);
    return found == d->verdicts.end() ? QString() : fromOurs(found->second.note);
}

void Workspace::Private::applyVerdict(ChainId chain, Verdict verdict, const QString& note) {
    VerdictRow row{chain, verdict, toUtf8(note), now()};
    verdicts[chain] = row;
    edit([row](CaseFile& file) { return file.set_verdict(row); });
    Q_EMIT q->verdictsChanged();
}

void Workspace::setVerdict(ChainId chain, Verdict verdict) {
    if (this->verdict(chain) == verdict) {
        return;
    }
    d->undo.push(new ValueCommand<Verdict>(tr("verdict %1").arg(verdictWord(verdict)), {}, false,
                                           this->verdict(chain), verdict, [this, chain](const Verdict& v) {
                                               d->applyVerdict(chain, v, note(chain));
                                           }));
}

void Workspace::setNote(ChainId chain, const QString& note) {
    if (this->note(chain) == note) {
        return;
    }
    d->undo.push(new ValueCommand<QString>(tr("note"), {}, false, this->note(chain), note,
                                           [this, chain](const QString& text) {
                                               d->applyVerdict(chain, verdict(chain), text);
                                           }));
}

bool Workspace::isBookmarked(EventId event) const {
    return std::binary_search(d->bookmarks.begin(), d->bookmarks.end(), event,
                              [](EventId a, EventId b) { return a.value < b.value; });
}

const std::vector<EventId>& Workspace::bookmarks() const {
    return d->bookmarks;
}

void Workspace::Private::applyBookmark(EventId event, bool on) {
    const auto at = std::lower_bound(bookmarks.begin(), bookmarks.end(), event,
                                     [](EventId a, EventId b) { return a.value < b.value; });
    if (on) {
        bookmarks.insert(at, event);
    } else if (at != bookmarks.end()) {
        bookmarks.erase(at);
    }
    edit([event, on](CaseFile& file) { return file.set_bookmark(event, on); });
    Q_EMIT q->bookmarksChanged();
}

void Workspace::setBookmark(EventId event, bool on) {
    if (event.none() || isBookmarked(event) == on) {
        return;
    }
    d->undo.push(new ValueCommand<bool>(on ? tr("bookmark") : tr("remove a bookmark"), {}, false, !on, on,
                                        [this, event](const bool& set) { d->applyBookmark(event, set); }));
}

const std::vector<Suppression>& Workspace::suppressions() const {
    return d->suppressions;
}

void Workspace::Private::applyRevoked(std::int64_t id, bool revoked) {
    const auto alias = storedId.find(id);
    const std::int64_t real = alias == storedId.end() ? id : alias->second;
    for (Suppression& s : suppressions) {
        if (s.id == real) {
            s.revoked = revoked;
        }
    }
    if (real >= 0) {
        edit([real, revoked](CaseFile& file) { return file.revoke_suppression(real, revoked); });
    }
    correlate();
    Q_EMIT q->verdictsChanged();
}

void Workspace::suppress(const QString& sourceGlob, const QString& targetGlob, const QString& reason) {
    Suppression rule{d->nextLocal--, toUtf8(sourceGlob), toUtf8(targetGlob), toUtf8(reason), now(), true};
    const std::int64_t local = rule.id;
    d->suppressions.push_back(rule);
    rule.revoked = false;
    d->edit([this, rule, local](CaseFile& file) -> Status {
        auto id = file.add_suppression(rule);
        if (!id.ok()) {
            return id.error();
        }
        // Back on the GUI thread: from now on the rule goes by its stored id.
        QMetaObject::invokeMethod(
            this,
            [this, local, real = id.value()] {
                d->storedId[local] = real;
                for (Suppression& s : d->suppressions) {
                    if (s.id == local) {
                        s.id = real;
                        if (s.revoked) {
                            d->edit([real](CaseFile& f) { return f.revoke_suppression(real, true); });
                        }
                    }
                }
            },
            Qt::QueuedConnection);
        return {};
    });
    d->undo.push(new ValueCommand<bool>(tr("suppress %1 to %2").arg(sourceGlob, targetGlob), {}, false, true, false,
                                        [this, local](const bool& revoked) { d->applyRevoked(local, revoked); }));
}

void Workspace::revokeSuppression(std::int64_t id, bool revoked) {
    d->undo.push(new ValueCommand<bool>(revoked ? tr("revoke a suppression") : tr("restore a suppression"), {}, false,
                                        !revoked, revoked,
                                        [this, id](const bool& on) { d->applyRevoked(id, on); }));
}

std::optional<WindowSuggestion> Workspace::suggestedWindow() const {
    std::vector<Label> labels;
    for (const auto& [id, row] : d->verdicts) {
        if (row.verdict != Verdict::unset) {
            labels.push_back({id, row.verdict == Verdict::true_positive});
        }
    }
    return d->view && !labels.empty() ? suggest_window(*d->view, labels) : std::nullopt;
}

Workspace::VerdictTally Workspace::verdictTally() const {
    VerdictTally tally;
    if (!d->view) {
        return tally;
    }
    for (const auto& [id, row] : d->verdicts) {
        if (row.verdict == Verdict::unset) {
            continue;
        }
        const auto at = d->view->find(id);
        const bool kept = at && d->view->rows()[*at].kind == FindingKind::chain &&
                          d->view->is_visible(d->view->rows()[*at]);
        if (row.verdict == Verdict::true_positive) {
            ++tally.trueAll;
            tally.trueKept += kept ? 1 : 0;
        } else {
            ++tally.falseAll;
            tally.falseGone += kept ? 0 : 1;
        }
    }
    return tally;
}

}  // namespace trocar::ui
