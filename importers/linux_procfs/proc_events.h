#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "core/ingest/event_sink.h"
#include "core/ingest/importer.h"
#include "importers/linux_procfs/proc_memory.h"
#include "importers/linux_procfs/proc_snapshots.h"
#include "importers/linux_procfs/proc_text.h"

namespace trocar {

/// Makes events of snapshots (docs/formats/procfs.md). Snapshots of one process come one after the other, the earliest
/// first: what an earlier one showed already is not said again.
/// Memory: the files of one process. Thread safety: one thread.
class ProcEvents {
public:
    static constexpr std::size_t kMaxSmallFile = 1U << 20U;  ///< all but maps and smaps

    ProcEvents(Input& input, const ImportHints& hints, EventSink& sink);
    /// Errors: the input cannot be read.
    [[nodiscard]] Status read(const ProcSnapshot& snapshot);

private:
    /// What the small files say of the process; views lie in facts_.
    struct Facts {
        std::array<std::string_view, kProcKinds> text;
        ProcStatus status;
        std::string_view exe, command_line;
        std::optional<std::uint64_t> start_ticks;
        [[nodiscard]] std::string_view of(ProcKind kind) const { return text[static_cast<std::size_t>(kind)]; }
    };

    [[nodiscard]] Status load(const GatheredFile& file, std::size_t limit, std::string& to);
    [[nodiscard]] Status load_facts(const ProcSnapshot& snapshot);
    /// The program by its first mapping, when no link says (fs/binfmt_elf.c maps it lowest).
    [[nodiscard]] static std::string_view program_in_maps(std::string_view maps);
    void begin_process(const ProcSnapshot& snapshot);
    void tell_process();
    void tell_tracer();
    void tell_preload();
    void tell_open_memory();
    /// The mappings as a whole: the event by which a memory map is found (core/store/memory_snapshots.h).
    void tell_snapshot(ProcKind kind);
    void tell_memory(ProcKind kind);
    void tell_mapping(const ProcMapping& mapping, const MappingFinding& finding, std::uint64_t anonymous_kb,
                      std::string_view lines);

    [[nodiscard]] RawEvent event(Operation operation, ProcKind kind, std::string_view raw);
    [[nodiscard]] ProcessHint self() const;
    void add(FieldId field, std::string_view text);
    void add(FieldId field, std::uint64_t number, ValueKind kind = ValueKind::number);
    void give(RawEvent& event);
    /// UTF-8 of evidence, good until the snapshot ends.
    [[nodiscard]] std::string_view clean(std::string_view text);

    Input& input_;
    const ImportHints& hints_;
    EventSink& sink_;
    struct {
        FieldId pid, ppid, uid, name, state, exe, command_line, start, folder, tracer, library, address, end,
            protection, path, anonymous, appeared, file, mappings;
    } field_;

    const ProcSnapshot* snapshot_ = nullptr;
    Facts facts_;
    std::string facts_bytes_, maps_bytes_;
    std::string_view block_;            ///< the raw block last announced
    std::deque<std::string> cleaned_;
    std::vector<FieldValue> fields_;
    std::uint64_t record_ = 0;
    std::uint64_t process_record_ = 0;  ///< of the snapshot's process_seen

    // The process that the snapshots now read are of.
    std::string host_;
    std::uint32_t pid_ = 0;
    std::optional<std::uint64_t> start_ticks_;
    std::string earlier_;               ///< when the snapshot before was taken, for people
    bool begins_anew_ = false;
    ProcMemory memory_;
};

}  // namespace trocar
