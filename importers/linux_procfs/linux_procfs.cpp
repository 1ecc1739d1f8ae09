#include "importers/linux_procfs/linux_procfs.h"

#include <map>
#include <utility>

#include "core/base/escape.h"
#include "core/ingest/gathering.h"
#include "importers/linux_procfs/proc_events.h"
#include "importers/linux_procfs/proc_losses.h"
#include "importers/linux_procfs/proc_path.h"
#include "importers/linux_procfs/proc_snapshots.h"
#include "importers/linux_procfs/proc_text.h"

namespace trocar {
namespace {

constexpr std::size_t kMaxListed = 1U << 20U;  // programs of all lists

/// UAC's lists of programs: (folder of the list, pid) -> link target.
class ExeLists {
public:
    Status read(Input& input, const GatheredFile& file, EventSink& sink) {
        std::string text(static_cast<std::size_t>(std::min(file.size, Gathering::kMaxFileBytes)), '\0');
        const Result<std::size_t> got = input.read_at(file.offset, std::as_writable_bytes(std::span(text)));
        if (!got.ok()) {
            return got.error();
        }
        ProcPath list;
        if (!read_proc_path(file.path, list)) {
            return {};
        }
        std::string_view rest = std::string_view(text).substr(0, got.value());
        while (!rest.empty()) {
            add(list.folder, take_line(rest), file, sink);
        }
        return {};
    }
    /// Looked for beside the folder of the processes, then in it.
    [[nodiscard]] std::string_view find(const ProcSnapshot& snapshot) const {
        for (const std::string_view folder : {parent_folder(snapshot.folder), snapshot.folder}) {
            if (const auto at = targets_.find({folder, snapshot.pid}); at != targets_.end()) {
                return at->second;
            }
        }
        return {};
    }

private:
    /// "/proc/3124/exe -> /usr/bin/node", behind what ls puts before it.
    void add(std::string_view folder, std::string_view line, const GatheredFile& file, EventSink& sink) {
        constexpr std::string_view kProc = "/proc/", kExe = "/exe -> ";
        const std::size_t link = line.find(kExe), proc = line.rfind(kProc, link);
        ProcPath path;
        if (link == std::string_view::npos || proc == std::string_view::npos ||
            !read_proc_path(line.substr(proc, link - proc + 4), path) || path.kind != ProcKind::exe) {
            return;
        }
        if (targets_.size() >= kMaxListed) {
            sink.lost(procfs_loss::kNotListed, {0, file.offset, valid_utf8(file.path)});
            return;
        }
        targets_.emplace(std::pair(folder, path.pid), line.substr(link + kExe.size()));
    }

    std::map<std::pair<std::string_view, std::uint32_t>, std::string> targets_;
};

/// By content, then by name: status and mappings say what they are, the rest is bare text.
Probe probe_file(std::string_view text, std::string_view file_name) {
    ProcPath path;
    const bool placed = read_proc_path(file_name, path);
    ProcMapping mapping;
    std::string_view rest = text;
    const bool is_maps = read_mapping(take_line(rest), mapping);
    const bool is_status = text.starts_with("Name:\t") && text.find("\nTgid:\t") != std::string_view::npos;
    if (!placed) {
        return {0, is_maps || is_status ? "a file of /proc/PID, but its folder does not name the pid: keep .../PID/maps"
                                        : "no file of /proc/PID"};
    }
    const std::string of =
        path.pid == 0 ? std::string("programs of all processes") : "process " + std::to_string(path.pid);
    switch (path.kind) {
        case ProcKind::maps:
        case ProcKind::smaps:
            return {is_maps ? 90 : 0, is_maps ? "mappings of " + of : "named maps, but holds no mapping"};
        case ProcKind::status:
            return {is_status ? 90 : 0, is_status ? "status of " + of : "named status, but is none of /proc"};
        default: return {50, "by its place: belongs to the snapshot of " + of};
    }
}

class LinuxProcfs final : public Importer {
public:
    std::string_view name() const override { return "linux_procfs"; }
    std::string_view title() const override { return "Snapshot of /proc"; }
    int version() const override { return 2; }  // 2: mappings as a whole
    bool gathers(std::string_view file_name) const override {
        ProcPath path;
        return read_proc_path(file_name, path);
    }

    Probe probe(Bytes head, std::string_view file_name) const override {
        return is_gathering(head) ? Probe{100, "files of /proc, read together"} : probe_file(as_text(head), file_name);
    }

    Status parse(Input& input, const ImportHints& hints, EventSink& sink, std::stop_token stop) const override {
        bool whole = true;
        const Result<std::vector<GatheredFile>> files = gathered_files(input, whole, stop);
        if (!files.ok()) {
            return files.error();
        }
        std::vector<const GatheredFile*> lists;
        std::uint64_t others = 0;
        std::vector<ProcSnapshot> snapshots = sort_into_snapshots(files.value(), lists, others);
        for (std::uint64_t i = 0; i < others; ++i) {
            sink.lost(procfs_loss::kNotRead, {});
        }
        if (!whole) {
            sink.lost(procfs_loss::kCutOff, {0, input.size(), {}});
        }
        ExeLists programs;
        for (const GatheredFile* list : lists) {
            if (Status read = programs.read(input, *list, sink); !read.ok()) {
                return read;
            }
        }
        ProcEvents events(input, hints, sink);
        for (std::size_t i = 0; i < snapshots.size(); ++i) {
            if (stop.stop_requested()) {
                return cancelled("reading " + input.name());
            }
            snapshots[i].listed_exe = programs.find(snapshots[i]);
            if (Status read = events.read(snapshots[i]); !read.ok()) {
                return read;
            }
            if (!sink.progress(input.size() / snapshots.size() * i)) {
                return cancelled("reading " + input.name());
            }
        }
        return {};
    }

    Result<RenderedRecord> render(Bytes block, RawPlace place) const override {
        if (std::uint64_t{place.offset} + place.length > block.size()) {
            return Error{ErrorKind::case_damaged, "cannot show a record of /proc: it lies outside its raw block", ""};
        }
        RenderedRecord out;
        out.notation = "text";
        out.text = valid_utf8(as_text(block.subspan(place.offset, place.length)));
        std::string_view rest = out.text;
        while (!rest.empty()) {
            const std::string_view line = take_line(rest);
            const std::size_t colon = line.find(":\t");
            if (colon != std::string_view::npos) {
                out.fields.emplace_back(line.substr(0, colon), line.substr(colon + 2));
            }
        }
        return out;
    }
};

}  // namespace

std::unique_ptr<const Importer> make_linux_procfs_importer() { return std::make_unique<LinuxProcfs>(); }

}  // namespace trocar
