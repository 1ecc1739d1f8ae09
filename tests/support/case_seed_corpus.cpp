// Writes the seed corpus of tests/fuzz/case_open_fuzz.cpp into a folder: real cases, imported from the first chunks of a
// sample log, small enough that a few thousand mutations of them are read in a minute.
//
//   case_seed_corpus SAMPLE.evtx FOLDER

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "core/store/case_file.h"
#include "core/store/import_case.h"
#include "importers/builtin_importers.h"

namespace {

using namespace trocar;
namespace fs = std::filesystem;

// libevtx documentation, "File header" and "Chunk".
constexpr std::size_t kFileHeader = 4096, kChunk = 65536;

/// What an analyst leaves in a case, so that each table has a row.
Status work_on(const std::string& path) {
    Result<std::unique_ptr<CaseFile>> opened = CaseFile::open(path, CaseFile::Mode::edit);
    if (!opened.ok()) {
        return opened.error();
    }
    CaseFile& file = *opened.value();
    if (const auto rule = file.add_suppression({0, "*", "lsass.exe", "our own agent", {}, false}); !rule.ok()) {
        return rule.error();
    }
    for (const Status& done :
         {file.set_verdict({{1, 2}, Verdict::true_positive, "a note", {}}), file.set_bookmark(EventId{3}, true),
          file.save_profile({"wide", {{"AN1399.TimeWindow", "60s"}}}), file.set_parameters({{"AN1399.TimeWindow", "10s"}})}) {
        if (!done.ok()) {
            return done;
        }
    }
    return {};
}

Status make_seed(const std::string& sample, const fs::path& folder, std::size_t chunks) {
    const std::string name = std::to_string(chunks) + "_chunks";
    const std::string log = (folder / (name + ".evtx")).string();
    const std::string path = (folder / (name + ".trocar")).string();
    std::ofstream(log, std::ios::binary) << sample.substr(0, kFileHeader + chunks * kChunk);
    const auto imported = import_evidence(path, {log}, {}, builtin_importers(), {});
    fs::remove(log);
    if (!imported.ok()) {
        return imported.error();
    }
    if (imported.value().events == 0) {
        return Error{ErrorKind::unreadable, "the sample's first chunks hold no event", ""};
    }
    return work_on(path);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) {
        std::fprintf(stderr, "usage: %s SAMPLE.evtx FOLDER\n", argv[0]);
        return 2;
    }
    std::ifstream file(argv[1], std::ios::binary);
    const std::string sample(std::istreambuf_iterator<char>(file), {});
    const fs::path folder(argv[2]);
    std::error_code failed;
    fs::remove_all(folder, failed);
    fs::create_directories(folder, failed);
    for (const std::size_t chunks : {std::size_t{1}, std::size_t{4}}) {
        if (const Status made = make_seed(sample, folder, chunks); !made.ok()) {
            std::fprintf(stderr, "%s\n", made.error().message.c_str());
            return 1;
        }
    }
    return 0;
}
