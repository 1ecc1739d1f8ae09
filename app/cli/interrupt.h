#pragma once

#include <stop_token>
#include <thread>

namespace trocar::cli {

/// Turns Ctrl+C (and a termination request) into a stop request; a second one ends the program at once. Make it before
/// any other thread: the signals are blocked in this one and those it starts.
class Interrupt {
public:
    Interrupt();
    ~Interrupt();
    Interrupt(const Interrupt&) = delete;
    Interrupt& operator=(const Interrupt&) = delete;
    [[nodiscard]] std::stop_token token() const { return source_.get_token(); }

private:
    std::stop_source source_;
    std::thread listener_;
};

}  // namespace trocar::cli
