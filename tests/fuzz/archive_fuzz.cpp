// The archive walk over bytes that claim to be an archive. Beyond not crashing: what the limits promise must
// hold.

#include "core/ingest/archive_walk.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace trocar;
    WalkLimits limits;
    limits.max_member_bytes = 1 << 20;
    limits.max_total_bytes = 8 << 20;
    limits.max_members = 200;
    std::uint64_t delivered = 0;
    const auto visit = [&](Input& input) {
        std::vector<std::byte> bytes(static_cast<std::size_t>(input.size()));
        const Result<std::size_t> got = input.read_at(0, bytes);
        if (!got.ok() || got.value() != bytes.size()) {
            std::abort();  // a spooled member always reads back whole
        }
        delivered += bytes.size();
        return true;
    };
    const std::unique_ptr<Input> input =
        memory_input("fuzz", std::string(reinterpret_cast<const char*>(data), size));
    std::vector<SkippedItem> skipped;
    WalkState walk{limits, visit, skipped, {}};
    const Status done = take_input(walk, *input, nullptr);
    if (delivered > std::max<std::uint64_t>(limits.max_total_bytes, size) ||
        walk.members > limits.max_members || (!done.ok() && done.error().kind != ErrorKind::limit)) {
        std::abort();
    }
    return 0;
}
