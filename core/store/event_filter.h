#pragma once

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/store/case_file.h"

namespace trocar {

/// A parsed filter. The language (docs/manual/filter.md): terms joined by and / or / not and parentheses;
///   field op value  with ops  ~ (contains, ignoring case)  = (equal, ignoring case, or number)  != !~ < <= > >= has
///   bare word or "quoted text": any string of the event contains it.
/// Fields: time, host, channel, provider, event_id, operation, source.image, source.pid, target.image, target.pid,
///   image, pid (source or target), access (GrantedAccess, with `has VM_WRITE`), text, or any field name of the
///   record (CommandLine, TargetFilename, ...).
class EventFilter {
public:
    /// Errors name the column and what was expected there.
    [[nodiscard]] static Result<EventFilter> parse(std::string_view text);
    EventFilter();
    ~EventFilter();
    EventFilter(EventFilter&&) noexcept;
    EventFilter& operator=(EventFilter&&) noexcept;

    /// Positions within `columns` (so in time order) of the events that pass. Runs on a worker.
    [[nodiscard]] Result<std::vector<std::uint32_t>> apply(const EventColumns& columns, const Capture& capture,
                                                           CaseFile& case_file, std::stop_token stop) const;
    [[nodiscard]] bool passes_all() const;
    struct Node;

private:
    std::unique_ptr<Node> root_;
};

}  // namespace trocar
