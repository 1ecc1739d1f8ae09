#pragma once

#include "core/base/byte_cursor.h"
#include "core/base/result.h"
#include "core/base/seeded_hash.h"
#include "core/base/time.h"
#include "core/ingest/importer.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace trocar {

/// A process of the log's table.
struct PmlProcess {
    std::uint32_t pid = 0, parent = 0;
    std::string image, name, command_line, user;
};

enum class PmlClass : std::uint32_t {
    unknown = 0,
    process = 1,
    registry = 2,
    file_system = 3,
    profiling = 4,
    network = 5
};
/// Of PmlClass::process.
enum class PmlOperation : std::uint16_t {
    process_defined = 0,
    process_create = 1,
    process_exit = 2,
    thread_create = 3,
    thread_exit = 4,
    load_image = 5,
    process_start = 7,
};

/// One event as it stands in the file. `detail` is good while the bytes it was read from are.
struct PmlEvent {
    std::uint32_t process = 0;  ///< index for PmlFile::process()
    std::uint32_t tid = 0, result = 0;
    PmlClass event_class = PmlClass::unknown;
    std::uint16_t operation = 0;
    UtcNanos time;
    std::size_t length = 0;  ///< bytes from the event's beginning to the end of its detail
    Bytes detail;
};

/// Reads one event from its beginning. False: the bytes end before it does; `length` is what it needs as far as can be
/// seen.
[[nodiscard]] bool read_pml_event(Bytes bytes, std::size_t pointer_size, PmlEvent& out) noexcept;

/// What the detail of an event of PmlClass::process says; "" and 0 where it does not.
struct PmlDetail {
    std::uint32_t id = 0;      ///< thread_create: the new thread; process_create: the child; process_start: the parent
    std::uint64_t base = 0;    ///< load_image
    std::uint32_t size = 0;    ///< load_image
    std::string path;          ///< load_image, process_create
    std::string command_line;  ///< process_create, process_start
};
/// False: the detail ends too early; `out` has what was read.
[[nodiscard]] bool read_pml_detail(const PmlEvent& event, std::size_t pointer_size, PmlDetail& out);

/// A PML file, version 9. Memory: its tables of strings and processes, 64 MiB of the file at most each. Thread safety:
/// one thread.
class PmlFile {
public:
    static constexpr std::string_view kSignature = "PML_";
    static constexpr std::size_t kMaxTable = 64U << 20U;

    explicit PmlFile(Input& input) : input_(input) {}
    /// Header and tables. Errors: not a PML file, a table beyond the file.
    [[nodiscard]] Status open();

    [[nodiscard]] std::uint32_t event_count() const { return events_; }
    [[nodiscard]] std::size_t pointer_size() const { return pointer_size_; }
    [[nodiscard]] const std::string& computer() const { return computer_; }
    /// Offsets of the events [first, first + count) in the file, fewer where the file ends.
    [[nodiscard]] Result<std::vector<std::uint64_t>> offsets(std::uint32_t first, std::uint32_t count);
    /// Null: the table has no such process.
    [[nodiscard]] const PmlProcess* process(std::uint32_t index) const;

private:
    [[nodiscard]] Result<std::vector<std::byte>> bytes_at(std::uint64_t offset, std::uint64_t end, const char* what);
    [[nodiscard]] Status read_processes(Bytes strings, Bytes processes);

    Input& input_;
    std::uint32_t events_ = 0;
    std::size_t pointer_size_ = 8;
    std::uint64_t offsets_at_ = 0;
    std::string computer_;
    std::unordered_map<std::uint32_t, PmlProcess, SeededHash> processes_;
};

}  // namespace trocar
