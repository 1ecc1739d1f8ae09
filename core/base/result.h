#pragma once

#include <cassert>
#include <string>
#include <utility>
#include <variant>

namespace trocar {

/// What class of failure an Error is; the command line maps it to its exit code (docs/manual/command-line.md).
enum class ErrorKind : unsigned char {
    usage,         ///< the caller asked for something that does not exist (exit 2)
    unreadable,    ///< input missing, not permitted, truncated or not recognised (exit 3)
    case_damaged,  ///< the case file is damaged, locked or not ours (exit 4)
    storage,       ///< writing failed: disk full, read-only folder (exit 4)
    cancelled,     ///< the analyst asked to stop (exit 130)
    limit,         ///< a safety limit on size, depth, ratio or count was reached (exit 3)
};

/// A failure in plain words: what was being done, to what, where, and what to do about it.
/// Thread safety: a value. Messages may hold evidence text: escape before showing (core/base/escape.h).
struct Error {
    ErrorKind kind = ErrorKind::unreadable;
    std::string message;  ///< "cannot read chunk 3 of Sysmon.evtx at offset 201728: ..."
    std::string remedy;   ///< what the analyst can do; may be empty
};

/// Either a value or an Error. No operator bool: say ok() so that a reader sees what is tested.
template <class T>
class [[nodiscard]] Result {
public:
    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
    Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

    [[nodiscard]] bool ok() const noexcept { return state_.index() == 0; }
    [[nodiscard]] T& value() & {
        assert(ok());
        return std::get<0>(state_);
    }
    [[nodiscard]] const T& value() const& {
        assert(ok());
        return std::get<0>(state_);
    }
    [[nodiscard]] T&& value() && {
        assert(ok());
        return std::get<0>(std::move(state_));
    }
    [[nodiscard]] const Error& error() const {
        assert(!ok());
        return std::get<1>(state_);
    }

private:
    std::variant<T, Error> state_;
};

/// Success, or an Error.
class [[nodiscard]] Status {
public:
    Status() = default;
    Status(Error error) : error_(std::move(error)), failed_(true) {}

    [[nodiscard]] bool ok() const noexcept { return !failed_; }
    [[nodiscard]] const Error& error() const {
        assert(failed_);
        return error_;
    }

private:
    Error error_;
    bool failed_ = false;
};

/// The Error of a cancelled job.
inline Error cancelled(std::string what) {
    return {ErrorKind::cancelled, std::move(what) + " was cancelled", ""};
}

}  // namespace trocar
