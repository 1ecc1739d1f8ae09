#include "core/store/event_filter.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <tuple>
#include <utility>

#include "core/base/text.h"
#include "core/model/operation.h"
#include "core/store/connection.h"
#include "core/store/detail_scan.h"
#include "core/store/filter_node.h"
#include "core/store/string_search.h"
#include "core/store/text_blocks.h"

namespace trocar {
namespace {

using Node = EventFilter::Node;
using Bits = std::vector<bool>;
/// Events between looks at the stop token.
constexpr std::size_t kStopEvery = 65'536;
/// Long texts gathered before they are tested, block by block.
constexpr std::size_t kLongTextsAtOnce = std::size_t{1} << 19;

bool negates(FilterOp op) { return op == FilterOp::contains_not || op == FilterOp::not_equal; }

bool compare(FilterOp op, std::uint64_t value, std::uint64_t wanted) {
    switch (op) {
        case FilterOp::equal: return value == wanted;
        case FilterOp::not_equal: return value != wanted;
        case FilterOp::less: return value < wanted;
        case FilterOp::less_equal: return value <= wanted;
        case FilterOp::greater: return value > wanted;
        case FilterOp::greater_equal: return value >= wanted;
        case FilterOp::has: return (value & wanted) == wanted;
        default: return false;
    }
}

bool compare_time(const Node& n, UtcNanos t) {
    switch (n.op) {
        case FilterOp::equal: return t >= n.from && t < n.to;
        case FilterOp::not_equal: return t < n.from || t >= n.to;
        case FilterOp::less: return t < n.from;
        case FilterOp::less_equal: return t < n.to;
        case FilterOp::greater: return t >= n.to;
        case FilterOp::greater_equal: return t >= n.from;
        default: return false;
    }
}

/// Text against a test, its negation not applied.
bool text_passes(const Node& n, std::string_view text) {
    return n.op == FilterOp::contains || n.op == FilterOp::contains_not ? contains_ignoring_case(text, n.value)
                                                                        : equal_ignoring_case(text, n.value);
}

/// Could the text be part of a number or stamp as shown? If not, inline values need not be rendered.
bool may_be_in_numbers(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == 'x' || c == 'X' ||
               c == '-' || c == ':' || c == '.' || c == ' ' || c == 'T' || c == 't' || c == 'Z' || c == 'z';
    });
}

/// A test that reads event.detail: all of a filter's are answered in one pass over the rows.
struct DetailTest {
    const Node* node = nullptr;
    std::vector<bool> fields;   ///< by case field id; empty: any
    std::vector<bool> strings;  ///< by StringId: the value passes
    bool numbers = false;       ///< look at inline values too
    Bits events;                ///< by event id: has a value that passes
};

/// A long text that a test asks about. Many events may share one, and neighbours in time lie blocks apart.
struct LongTextAsked {
    std::uint64_t block, offset, length;
    std::uint32_t event;
    std::uint32_t test;
    [[nodiscard]] auto text() const { return std::tie(block, offset, length, test); }
};

class Evaluation {
public:
    Evaluation(const EventColumns& columns, const Capture& capture, CaseFile& case_file, std::stop_token stop)
        : columns_(columns), capture_(capture), case_(case_file), stop_(std::move(stop)), texts_(*case_file.connection().db) {}

    Result<std::vector<std::uint32_t>> run(const Node& root) {
        if (Status s = prepare(root); !s.ok()) {
            return s.error();
        }
        if (Status s = scan(); !s.ok()) {
            return s.error();
        }
        const Bits passing = evaluate(root);
        if (stop_.stop_requested()) {
            return cancelled("the filter");
        }
        std::vector<std::uint32_t> out;
        for (std::uint32_t i = 0; i < passing.size(); ++i) {
            if (passing[i]) {
                out.push_back(i);
            }
        }
        return out;
    }

private:
    Status prepare(const Node& node);
    Status scan();
    Status test_long_texts();
    [[nodiscard]] bool value_passes(const DetailTest& test, const DetailValue& value);
    Bits evaluate(const Node& node);
    Bits test(const Node& node);
    Bits bare_word(const Node& node);

    template <class Passes>
    Bits each(Passes passes) {
        Bits out(columns_.size());
        for (std::size_t i = 0; i < out.size(); ++i) {
            if (i % kStopEvery == 0 && stop_.stop_requested()) {
                break;
            }
            out[i] = passes(i);
        }
        return out;
    }
    [[nodiscard]] std::string_view text(StringId id) const { return capture_.strings->text(id); }
    /// Which lives pass; an event without that process does not.
    template <class Passes>
    std::vector<bool> lives(Passes passes) const {
        std::vector<bool> out(capture_.processes.lives.size());
        for (std::size_t i = 0; i < out.size(); ++i) {
            out[i] = passes(capture_.processes.lives[i]);
        }
        return out;
    }
    std::vector<bool> lives_by_image(const Node& n) const {
        return lives([&](const ProcessLife& life) {
            bool hit = false;
            for (const StringId id : {life.image, life.later_image}) {
                const std::string_view path = text(id);
                hit = hit || (!path.empty() && (text_passes(n, path) || (!is_contains(n.op) && text_passes(n, file_name(path)))));
            }
            return hit;
        });
    }
    static bool is_contains(FilterOp op) { return op == FilterOp::contains || op == FilterOp::contains_not; }
    static bool in(const std::vector<bool>& set, ProcessId id) { return id.value < set.size() && set[id.value]; }

    const EventColumns& columns_;
    const Capture& capture_;
    CaseFile& case_;
    std::stop_token stop_;
    TextReader texts_;
    std::optional<Error> damage_;
    std::vector<DetailTest> detail_tests_;
    std::vector<LongTextAsked> long_texts_;
};

Status Evaluation::prepare(const Node& node) {
    for (const auto& child : node.children) {
        if (Status s = prepare(*child); !s.ok()) {
            return s;
        }
    }
    if (node.kind != Node::Kind::test || (node.field != FilterField::other && node.field != FilterField::any)) {
        return {};
    }
    DetailTest t;
    t.node = &node;
    const StringTable& strings = *capture_.strings;
    if (node.field == FilterField::any) {
        t.strings = strings_containing(strings, node.value);
        t.numbers = may_be_in_numbers(node.value);
    } else {
        Result<const CaseTables*> tables = case_tables(case_.connection());
        if (!tables.ok()) {
            return tables.error();
        }
        bool known = false;
        for (const std::string& field : tables.value()->fields) {
            t.fields.push_back(equal_ignoring_case(field, node.name));
            known = known || t.fields.back();
        }
        if (!known) {
            return Error{ErrorKind::usage, "no event of this case has a field \"" + node.name + "\"",
                         "a field of the record as its card shows it, or time, host, channel, provider, event_id, operation, "
                         "source.image, target.image, image, source.pid, target.pid, pid, access, text"};
        }
        t.numbers = true;
        if (is_contains(node.op)) {
            t.strings = strings_containing(strings, node.value);
        } else if (node.op == FilterOp::equal || node.op == FilterOp::not_equal) {
            t.strings = strings_equal_to(strings, node.value);
        } else if (node.number) {
            t.strings.resize(strings.size());
            for (std::uint32_t i = 0; i < strings.size(); ++i) {
                const auto number = parse_number(strings.text(StringId{i}));
                t.strings[i] = number && compare(node.op, *number, *node.number);
            }
        }
    }
    t.events.resize(columns_.size());
    detail_tests_.push_back(std::move(t));
    return {};
}

bool Evaluation::value_passes(const DetailTest& t, const DetailValue& value) {
    const Node& n = *t.node;
    if (is_string(value.field.form)) {
        return value.number < t.strings.size() && t.strings[value.number];
    }
    if (!t.numbers) {
        return false;
    }
    const bool is_time = value.field.form == ValueForm::time || value.field.form == ValueForm::time_text ||
                         value.field.form == ValueForm::iso_text;
    if (n.field == FilterField::any || is_contains(n.op)) {
        return contains_ignoring_case(shown_value(value), n.value);
    }
    const FilterOp op = n.op == FilterOp::not_equal ? FilterOp::equal : n.op;  // negated by the caller
    if (is_time) {
        Node span;
        span.op = op;
        return parse_time_span(n.value, span.from, span.to) &&
               compare_time(span, UtcNanos{static_cast<std::int64_t>(value.number)});
    }
    return n.number && compare(op, value.number, *n.number);
}

/// Each block is unpacked once, each text read once a test.
Status Evaluation::test_long_texts() {
    std::sort(long_texts_.begin(), long_texts_.end(),
              [](const LongTextAsked& a, const LongTextAsked& b) { return a.text() < b.text(); });
    bool passes = false;
    for (std::size_t i = 0; i < long_texts_.size(); ++i) {
        const LongTextAsked& asked = long_texts_[i];
        DetailTest& t = detail_tests_[asked.test];
        if (i == 0 || asked.text() != long_texts_[i - 1].text()) {
            if (stop_.stop_requested()) {
                return cancelled("the filter");
            }
            const Result<std::string_view> text = texts_.long_text(asked.block, asked.offset, asked.length);
            if (!text.ok()) {
                return text.error();
            }
            const Node& n = *t.node;
            passes = n.field == FilterField::any || is_contains(n.op) ? contains_fast(text.value(), n.value)
                                                                     : text_passes(n, text.value());
        }
        if (passes) {
            t.events[asked.event] = true;
        }
    }
    long_texts_.clear();
    return {};
}

Status Evaluation::scan() {
    // Nothing to read when no string, no inline value and no long text can pass.
    Query q = case_.connection().db->query(Sql::next_text_block);
    const bool long_texts = q.next() && q.integer_at(0) > 0;
    const bool idle = std::all_of(detail_tests_.begin(), detail_tests_.end(), [](const DetailTest& t) {
        return !t.numbers && std::find(t.strings.begin(), t.strings.end(), true) == t.strings.end();
    });
    if (detail_tests_.empty() || (idle && !long_texts)) {
        return {};
    }
    Status s = scan_details(case_.connection(), stop_, [this](EventId id, const DetailValue& value) {
        for (std::uint32_t i = 0; i < detail_tests_.size(); ++i) {
            DetailTest& t = detail_tests_[i];
            const bool named = t.fields.empty() || (value.field.field < t.fields.size() && t.fields[value.field.field]);
            if (!named || id.value >= t.events.size() || t.events[id.value] || damage_) {
                continue;
            }
            if (value.field.form == ValueForm::in_block) {
                long_texts_.push_back({value.number, value.offset, value.length, id.value, i});
            } else if (value_passes(t, value)) {
                t.events[id.value] = true;
            }
        }
        if (long_texts_.size() >= kLongTextsAtOnce && !damage_) {
            if (Status tested = test_long_texts(); !tested.ok()) {
                damage_ = tested.error();
            }
        }
    });
    if (s.ok() && !damage_) {
        s = test_long_texts();
    }
    return s.ok() && damage_ ? Status{*damage_} : s;
}

Bits Evaluation::bare_word(const Node& node) {
    const auto found = std::find_if(detail_tests_.begin(), detail_tests_.end(),
                                    [&](const DetailTest& t) { return t.node == &node; });
    // What is no field of the record: names of host, provider, channel, operation and of the processes.
    std::vector<bool> channels, operations;
    for (const EventColumns::Channel& c : columns_.channels) {
        const StringId host = c.host.value < capture_.hosts.size() ? capture_.hosts[c.host.value] : StringId{0};
        channels.push_back(contains_ignoring_case(text(host), node.value) ||
                           contains_ignoring_case(text(c.provider), node.value) ||
                           contains_ignoring_case(text(c.channel), node.value));
    }
    for (int i = 0; i < kOperationCount; ++i) {
        operations.push_back(contains_ignoring_case(name(static_cast<Operation>(i)), node.value));
    }
    const std::vector<bool> images = lives_by_image(node);
    return each([&](std::size_t i) {
        const StringId t = columns_.text[i];
        return found->events[columns_.id[i].value] || channels[columns_.channel[i]] ||
               operations[static_cast<std::size_t>(columns_.operation[i])] ||
               (t.value < found->strings.size() && found->strings[t.value]) || in(images, columns_.actor[i]) ||
               in(images, columns_.target[i]);
    });
}

Bits Evaluation::test(const Node& n) {
    const bool negated = negates(n.op);
    switch (n.field) {
        case FilterField::any: return bare_word(n);
        case FilterField::other: {
            const auto found = std::find_if(detail_tests_.begin(), detail_tests_.end(),
                                            [&](const DetailTest& t) { return t.node == &n; });
            return each([&](std::size_t i) { return found->events[columns_.id[i].value] != negated; });
        }
        case FilterField::time:
            return each([&](std::size_t i) { return !columns_.time[i].none() && compare_time(n, columns_.time[i]); });
        case FilterField::host:
        case FilterField::channel:
        case FilterField::provider: {
            std::vector<bool> passing;
            for (const EventColumns::Channel& c : columns_.channels) {
                const StringId host = c.host.value < capture_.hosts.size() ? capture_.hosts[c.host.value] : StringId{0};
                const StringId id = n.field == FilterField::host      ? host
                                    : n.field == FilterField::channel ? c.channel
                                                                      : c.provider;
                passing.push_back(text_passes(n, text(id)) != negated);
            }
            return each([&](std::size_t i) { return passing[columns_.channel[i]]; });
        }
        case FilterField::event_id:
            return each([&](std::size_t i) { return compare(n.op, columns_.event_id[i], *n.number); });
        case FilterField::operation: {
            std::vector<bool> passing;
            for (int i = 0; i < kOperationCount; ++i) {
                passing.push_back(text_passes(n, name(static_cast<Operation>(i))) != negated);
            }
            return each([&](std::size_t i) { return passing[static_cast<std::size_t>(columns_.operation[i])]; });
        }
        case FilterField::source_image:
        case FilterField::target_image:
        case FilterField::image: {
            const std::vector<bool> passing = lives_by_image(n);
            return each([&](std::size_t i) {
                const bool source = n.field != FilterField::target_image && in(passing, columns_.actor[i]);
                const bool target = n.field != FilterField::source_image && in(passing, columns_.target[i]);
                return (source || target) != negated;
            });
        }
        case FilterField::source_pid:
        case FilterField::target_pid:
        case FilterField::pid: {
            const FilterOp op = negated ? FilterOp::equal : n.op;
            const std::vector<bool> passing =
                lives([&](const ProcessLife& life) { return compare(op, life.pid, *n.number); });
            return each([&](std::size_t i) {
                const bool source = n.field != FilterField::target_pid && in(passing, columns_.actor[i]);
                const bool target = n.field != FilterField::source_pid && in(passing, columns_.target[i]);
                return (source || target) != negated;
            });
        }
        case FilterField::access:
            return each([&](std::size_t i) {
                return columns_.operation[i] == Operation::process_access && compare(n.op, columns_.value[i], *n.number);
            });
        case FilterField::text: {
            const std::vector<bool> passing = is_contains(n.op) ? strings_containing(*capture_.strings, n.value)
                                                                : strings_equal_to(*capture_.strings, n.value);
            return each([&](std::size_t i) {
                const std::uint32_t id = columns_.text[i].value;
                return (id < passing.size() && passing[id]) != negated;
            });
        }
    }
    return Bits(columns_.size());
}

Bits Evaluation::evaluate(const Node& node) {
    if (node.kind == Node::Kind::test) {
        return test(node);
    }
    Bits out = evaluate(*node.children.front());
    for (std::size_t c = 1; c < node.children.size() && !stop_.stop_requested(); ++c) {
        const Bits other = evaluate(*node.children[c]);
        for (std::size_t i = 0; i < out.size(); ++i) {
            out[i] = node.kind == Node::Kind::any_of ? out[i] || other[i] : out[i] && other[i];
        }
    }
    if (node.kind == Node::Kind::none_of) {
        out.flip();
    }
    return out;
}

}  // namespace

EventFilter::EventFilter() = default;
EventFilter::~EventFilter() = default;
EventFilter::EventFilter(EventFilter&&) noexcept = default;
EventFilter& EventFilter::operator=(EventFilter&&) noexcept = default;

Result<EventFilter> EventFilter::parse(std::string_view text) {
    Result<std::unique_ptr<Node>> root = parse_filter(text);
    if (!root.ok()) {
        return root.error();
    }
    EventFilter filter;
    filter.root_ = std::move(root).value();
    return filter;
}

bool EventFilter::passes_all() const { return root_ == nullptr; }

Result<std::vector<std::uint32_t>> EventFilter::apply(const EventColumns& columns, const Capture& capture,
                                                      CaseFile& case_file, std::stop_token stop) const {
    if (root_ == nullptr) {
        std::vector<std::uint32_t> all(columns.size());
        for (std::uint32_t i = 0; i < all.size(); ++i) {
            all[i] = i;
        }
        return all;
    }
    // Columns, capture and case may be of different moments when an import ran between: refuse rather than mix.
    if (columns.size() != capture.event_count) {
        return Error{ErrorKind::case_damaged, "the case has changed since it was opened", "open it again"};
    }
    return Evaluation(columns, capture, case_file, std::move(stop)).run(*root_);
}

}  // namespace trocar
