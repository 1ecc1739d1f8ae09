#pragma once

#include <simdjson.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace trocar {

/// One call of a report, as written. Texts are UTF-8 and live until the next read().
struct ApiCall {
    struct Argument {
        std::string_view name;
        std::string_view value;   ///< a scalar's text; of a list or object its JSON
        std::string_view pretty;  ///< the sandbox's words for it ("PAGE_READWRITE"); may be empty
    };
    std::string_view api, category, timestamp, thread, returned, returned_pretty, caller;
    bool succeeded = false;
    std::uint64_t repeated = 0;  ///< how often the same call followed at once and was left out
    std::vector<Argument> arguments;
    bool arguments_cut = false;

    /// The value of the argument of that name, also as Cuckoo 2 writes it ("ProcessHandle", "process_handle"); of
    /// several names the first that is there. Empty: absent.
    [[nodiscard]] std::string_view argument(std::initializer_list<std::string_view> names) const;
    /// The same as a number; 0 when absent or none.
    [[nodiscard]] std::uint64_t number(std::initializer_list<std::string_view> names) const;
};

/// Reads calls of CAPE and Cuckoo 1 (arguments as a list of name and value, status a truth value, `timestamp` text) and
/// of Cuckoo 2 (arguments as an object, status 0 or 1, `time` in seconds). Thread safety: one thread.
class ApiCallReader {
public:
    static constexpr std::size_t kMaxArguments = 256;
    enum class Outcome : std::uint8_t { read, broken, no_api };
    /// `text` is followed by simdjson's padding of readable bytes.
    [[nodiscard]] Outcome read(std::string_view text, ApiCall& call);

private:
    void add(std::string_view name, simdjson::dom::element value, std::string_view pretty, ApiCall& call);
    void read_arguments(simdjson::dom::object object, ApiCall& call);
    [[nodiscard]] std::string_view text_at(simdjson::dom::object object, std::string_view name);

    simdjson::dom::parser parser_;
    std::deque<std::string> scratch_;
};

}  // namespace trocar
