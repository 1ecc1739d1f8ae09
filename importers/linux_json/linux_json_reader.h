#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/ingest/importer.h"
#include "importers/readers/text/pieces.h"

namespace trocar {

enum class LinuxJsonShape : std::uint8_t {
    none,
    laurel,       ///< ID, then one member a record type
    auditbeat,    ///< auditd.sequence, auditd.data
    audit_text,   ///< a member holds a line of AUOMS or an audit record
    sysmon_text,  ///< a member holds the XML of a Sysmon for Linux event
};
[[nodiscard]] std::string_view name(LinuxJsonShape shape) noexcept;

/// Tells what each JSON object is and gives it its meaning through the mappers of the notations it stands for.
/// Thread safety: one thread.
class LinuxJsonReader {
public:
    static constexpr int kMaxDepth = 16;              ///< objects within objects that are looked into
    static constexpr std::size_t kMaxValues = 8000;   ///< of one object

    LinuxJsonReader(EventSink& sink, const ImportHints& hints);
    ~LinuxJsonReader();
    LinuxJsonReader(const LinuxJsonReader&) = delete;
    LinuxJsonReader& operator=(const LinuxJsonReader&) = delete;

    void read(const Pieces::Piece& object);
    /// What the object is, without reading it.
    [[nodiscard]] LinuxJsonShape shape_of(std::string_view json);

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace trocar
