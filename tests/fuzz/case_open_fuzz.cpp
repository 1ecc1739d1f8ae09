// A case file that comes from elsewhere: opened, loaded, asked for everything that reads. What is loaded must be safe to
// index with, whatever the file says. Cases are files, so each input is written to one, in memory where there is a place.

#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>

#include "core/store/case_file.h"
#include "core/store/event_filter.h"

namespace {

std::string scratch() {
    std::error_code code;
    const std::filesystem::path memory = "/dev/shm";
    const auto folder = std::filesystem::is_directory(memory, code) ? memory : std::filesystem::temp_directory_path();
    return (folder / ("trocar_case_open_fuzz_" + std::to_string(getpid()) + ".trocar")).string();
}

void check(bool holds) {
    if (!holds) {
        __builtin_trap();
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace trocar;
    static const std::string path = scratch();
    std::ofstream(path, std::ios::binary | std::ios::trunc)
        .write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
    Result<std::unique_ptr<CaseFile>> opened = CaseFile::open(path, CaseFile::Mode::read_only);
    if (opened.ok()) {
        CaseFile& c = *opened.value();
        static_cast<void>(c.info().ok());
        static_cast<void>(c.verdicts().ok() && c.suppressions().ok() && c.profiles().ok() && c.parameters().ok() &&
                          c.bookmarks().ok() && c.log().ok());
        const auto capture = c.load_capture();
        if (capture.ok()) {
            const Capture& k = *capture.value();
            const std::size_t lives = k.processes.lives.size();
            for (const Pair& pair : k.signals.pairs) {
                check(pair.target.value < lives && (pair.source.none() || pair.source.value < lives) &&
                      pair.first < pair.last && pair.last <= k.signals.size());
            }
            for (std::size_t i = 0; i < k.signals.size(); ++i) {
                check(k.signals.event[i].value < k.event_count && k.signals.text[i].value < k.strings->size());
            }
            for (const ProcessLife& life : k.processes.lives) {
                check(life.host.value < k.hosts.size() && (life.parent.none() || life.parent.value < lives));
            }
            check(k.record.size() == k.signals.size());
        }
        const auto columns = c.load_event_columns();
        if (columns.ok() && capture.ok()) {
            static_cast<void>(c.events(columns.value()->id).ok());
            for (const EventId id : columns.value()->id) {
                static_cast<void>(c.raw_record(id).ok());
            }
            const auto filter = EventFilter::parse("notepad and not CommandLine ~ 1 or pid = 4");
            static_cast<void>(filter.value().apply(*columns.value(), *capture.value(), c, {}).ok());
        }
        static_cast<void>(c.query("SELECT * FROM v_event e JOIN v_process p", 100, kSecond).ok());
    }
    return 0;
}
