#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/string_table.h"
#include "core/detect/capture.h"
#include "core/store/case_file.h"

namespace trocar::test {

/// A capture and its event columns, as a case would load them.
struct BuiltCapture {
    std::shared_ptr<const Capture> capture;
    std::shared_ptr<const EventColumns> columns;
};

/// Makes a Capture and EventColumns of one host from literals, without a file or a database. Event ids follow the
/// order of the calls; columns come out in time order, signals by (pair, time, id) as a case stores them.
/// Thread safety: none. A test that passes an unknown process has a bug: that is an assertion.
class CaptureBuilder {
public:
    explicit CaptureBuilder(std::string_view host = "WS01", UtcNanos origin = {1'600'000'000'000'000'000});

    ProcessId process(std::string_view image, std::uint32_t pid, ProcessId parent = {});
    /// `after`: time since the origin. `target` may be none (then the event is about `actor` alone).
    EventId event(Nanos after, Operation operation, ProcessId actor, ProcessId target, std::uint64_t value = 0,
                  std::string_view text = {}, std::uint32_t flags = 0);
    [[nodiscard]] BuiltCapture build();
    [[nodiscard]] UtcNanos origin() const { return origin_; }

private:
    struct Row {
        UtcNanos time;
        EventId id;
        Operation operation;
        ProcessId actor, target;
        std::uint64_t value;
        StringId text;
        std::uint32_t flags;
    };

    std::shared_ptr<StringTable> strings_;
    UtcNanos origin_;
    std::string host_;
    ProcessTable processes_;
    std::vector<Row> rows_;
};

/// Text form, one line each; '#' begins a comment:
///   process IMAGE PID
///   SECONDS OPERATION SOURCE_PID TARGET_PID|- [VALUE] [TEXT] [FLAGS_HEX]
/// OPERATION as core/model/operation.h names it ("ProcessAccess"). An unreadable line stops the build: null members.
[[nodiscard]] BuiltCapture capture_from_text(std::string_view text);

}  // namespace trocar::test
