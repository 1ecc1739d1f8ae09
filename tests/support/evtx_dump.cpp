// Prints the records of an EVTX file, one JSON object a line, as the reader gives them to the importer: for the
// differential test against libevtx (tests/golden/evtx_differential.py).
//
//   evtx_dump [--slack] [--xml] [--tree] FILE     records; --tree: the general way instead of plans
//   evtx_dump --time N FILE...                                 reads N times and prints the rate

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "importers/readers/evtx/chunk_walk.h"
#include "importers/readers/evtx/record_reader.h"
#include "importers/readers/evtx/xml.h"

namespace {

using namespace trocar;
using namespace trocar::evtx;

std::vector<char> read_file(const char* path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// The System values that the importer asks for.
constexpr Slots kImported = Slot::provider | Slot::channel | Slot::computer | Slot::event_id | Slot::record_id |
                            Slot::time | Slot::process_id;

struct Options {
    bool slack = false, xml = false, tree = false;
};

struct Names {
    std::vector<std::string> texts;
    FieldNames ask() {
        return [this](std::string_view name) {
            texts.emplace_back(name);
            return FieldId{static_cast<std::uint16_t>(texts.size() - 1)};
        };
    }
};

const char* kind_name(ValueKind kind) {
    switch (kind) {
        case ValueKind::text: return "text";
        case ValueKind::number: return "number";
        case ValueKind::hex: return "hex";
        case ValueKind::guid: return "guid";
        case ValueKind::time: return "time";
    }
    return "?";
}

void dump_record(Bytes chunk, std::size_t chunk_offset, const FoundRecord& found, RecordReader& reader,
                 const Names& names, const Options& options) {
    nlohmann::ordered_json line;
    line["offset"] = chunk_offset + found.frame.offset;
    line["id"] = found.frame.id;
    line["written"] = found.frame.written;
    line["slack"] = found.slack;
    RecordValues values;
    Damage damage;
    if (found.state == FrameState::none || found.state == FrameState::cut_off) {
        line["error"] = found.state == FrameState::none ? "not a record" : "cut off";
    } else if (!reader.read(found.frame, found.slack, values, damage)) {
        line["error"] = std::string(damage.what) + " at " + std::to_string(damage.offset);
    } else if (!values.system.has_event_id && values.system.provider.empty()) {
        line["error"] = "neither provider nor event id";
    } else {
        const SystemValues& s = values.system;
        line["provider"] = s.provider;
        line["event_source"] = s.event_source;
        line["event_id"] = s.event_id;
        line["qualifiers"] = s.qualifiers;
        line["version"] = s.version;
        line["level"] = s.level;
        line["keywords"] = s.keywords;
        line["channel"] = s.channel;
        line["computer"] = s.computer;
        line["user"] = s.user_id;
        line["pid"] = s.process_id;
        line["tid"] = s.thread_id;
        line["time"] = format_iso_time(s.time);
        line["record"] = s.record_id;
        line["partial"] = values.partial;
        line["by_tree"] = values.by_tree;
        auto fields = nlohmann::ordered_json::array();
        for (const FieldValue& value : values.fields) {
            fields.push_back({names.texts[value.field.value], kind_name(value.kind), display_text(value)});
        }
        line["fields"] = std::move(fields);
    }
    if (options.xml) {
        auto xml = render_xml(chunk, found.frame, found.slack);
        line["xml"] = xml.ok() ? xml.value() : "error: " + xml.error().message;
    }
    std::puts(line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace).c_str());
}

template <class Each>
void for_each_chunk(const std::vector<char>& bytes, Each each) {
    const Bytes all{reinterpret_cast<const std::byte*>(bytes.data()), bytes.size()};
    const bool bare = as_text(all.first(std::min(all.size(), kChunkMagic.size()))) == kChunkMagic;
    for (std::size_t at = bare ? 0 : kFileHeaderBlock; at < all.size(); at += kChunkSize) {
        each(all.subspan(at, std::min(kChunkSize, all.size() - at)), at);
    }
}

int dump(const char* path, const Options& options) {
    const std::vector<char> bytes = read_file(path);
    if (bytes.empty()) {
        std::fprintf(stderr, "evtx_dump: cannot read %s\n", path);
        return 1;
    }
    const FileHeader file = read_file_header(
        Bytes{reinterpret_cast<const std::byte*>(bytes.data()), std::min(bytes.size(), kFileHeaderSize)});
    Names names;
    RecordReader reader(names.ask(), options.tree ? RecordReader::Way::tree : RecordReader::Way::plan);
    ChunkContents contents;
    for_each_chunk(bytes, [&](Bytes chunk, std::size_t offset) {
        const ChunkHeader header = read_chunk_header(chunk);
        find_records(chunk, header, file.dirty() || (header.flags & kFlagDirty) != 0, contents);
        reader.begin_chunk(chunk);
        for (FoundRecord found : contents.records) {
            found.slack = found.slack || !header.magic;
            if (options.slack || !found.slack) {
                dump_record(chunk, offset, found, reader, names, options);
            }
        }
    });
    return 0;
}

/// Chunks in use; empty space would flatter the rate.
std::vector<Bytes> used_chunks(const std::vector<std::vector<char>>& files) {
    std::vector<Bytes> chunks;
    for (const auto& bytes : files) {
        for_each_chunk(bytes, [&chunks](Bytes chunk, std::size_t) {
            if (read_chunk_header(chunk).magic) {
                chunks.push_back(chunk);
            }
        });
    }
    return chunks;
}

int measure(int rounds, int count, char** paths) {
    std::vector<std::vector<char>> files;
    std::uint64_t bytes = 0;
    for (int i = 0; i < count; ++i) {
        files.push_back(read_file(paths[i]));
    }
    const std::vector<Bytes> chunks = used_chunks(files);
    for (const Bytes chunk : chunks) {
        bytes += chunk.size();
    }
    Names names;
    RecordReader reader(names.ask(), RecordReader::Way::plan, kImported);
    ChunkContents contents;
    std::uint64_t records = 0, fields = 0, trees = 0, failed = 0;
    const auto start = std::clock();
    for (int round = 0; round < rounds; ++round) {
        for (const Bytes chunk : chunks) {
            find_records(chunk, read_chunk_header(chunk), false, contents);
            reader.begin_chunk(chunk);
            RecordValues values;
            Damage damage;
            for (const FoundRecord& found : contents.records) {
                if (found.slack || found.state == FrameState::none) {
                    continue;
                }
                failed += reader.read(found.frame, false, values, damage) ? 0U : 1U;
                ++records;
                fields += values.fields.size();
                trees += values.by_tree ? 1U : 0U;
            }
        }
    }
    const auto parsed = std::clock();
    std::uint64_t right = 0;
    for (int round = 0; round < rounds; ++round) {
        for (const Bytes chunk : chunks) {
            right += read_chunk_header(chunk).records_checksum == Checksum::right ? 1U : 0U;
        }
    }
    const auto summed = std::clock();
    const auto seconds = [](std::clock_t ticks) { return static_cast<double>(ticks) / CLOCKS_PER_SEC; };
    const double all = seconds(parsed - start), sums = seconds(summed - parsed);
    const double megabytes = static_cast<double>(bytes) / 1e6 * rounds;
    const auto each = [rounds](std::uint64_t total) { return static_cast<unsigned long long>(total) / static_cast<unsigned>(rounds); };
    std::printf("%.0f MB/s of CPU time, %.0f without checksums (those alone %.0f); %.2f M records/s; a round: %llu records "
                "(%llu as trees, %llu failed), %llu fields, %zu chunks (%llu with right sums)\n",
                megabytes / all, megabytes / (all - sums), megabytes / sums, static_cast<double>(records) / all / 1e6,
                each(records), each(trees), each(failed), each(fields), chunks.size(), each(right));
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    Options options;
    for (int i = 1; i < argc; ++i) {
        const std::string_view argument = argv[i];
        if (argument == "--slack") {
            options.slack = true;
        } else if (argument == "--xml") {
            options.xml = true;
        } else if (argument == "--tree") {
            options.tree = true;
        } else if (argument == "--time" && i + 2 < argc) {
            return measure(std::max(1, std::atoi(argv[i + 1])), argc - i - 2, argv + i + 2);
        } else {
            return dump(argv[i], options);
        }
    }
    std::fprintf(stderr, "usage: evtx_dump [--slack] [--xml] [--tree] FILE | evtx_dump --time ROUNDS FILE...\n");
    return 2;
}
