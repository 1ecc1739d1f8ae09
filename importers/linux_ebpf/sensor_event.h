#pragma once

#include "core/base/time.h"
#include "importers/linux_audit/named_call.h"

#include <simdjson.h>

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace trocar {

enum class EbpfSensor : std::uint8_t { none, tracee, falco, tetragon };
[[nodiscard]] std::string_view name(EbpfSensor sensor) noexcept;
/// By the members that only this sensor's records have beside each other.
[[nodiscard]] EbpfSensor sensor_of(simdjson::dom::object record);

/// An argument of a call or hook: by name, or "" where the sensor tells them by place.
struct SensorArgument {
    std::string_view name;
    simdjson::dom::element value;
};

/// What one record says, before its call has a meaning. Views live as long as the parsed record, or as this
/// object.
struct SensorEvent {
    UtcNanos time = kNoTime;
    std::string_view host;
    std::string_view kind;  ///< event, rule or function, as the sensor calls it
    std::uint32_t id = 0;   ///< Tracee's event id
    NamedCall call;         ///< all but its arguments
    std::vector<SensorArgument> arguments;
    std::vector<std::string_view> argv;
    bool opened_for_writing = false;  ///< told apart from the flags
    bool in_container = false;        ///< `host` is the container's name
    std::string text;                 ///< a value that is put together
    std::string_view arguments_text;  ///< Falco's evt.args: "request=16 pid=5(sshd)"
};

void read_tracee(simdjson::dom::object record, SensorEvent& out);
void read_falco(simdjson::dom::object record, SensorEvent& out);
void read_tetragon(simdjson::dom::object record, SensorEvent& out);

/// A whole number however it is written: 16, "16", "0x10", -1, "PTRACE_ATTACH", "O_RDWR|O_CLOEXEC",
/// "1234(sshd)",
/// {"value": 16}. Negative ones as two's complement.
[[nodiscard]] std::optional<std::uint64_t> sensor_number(simdjson::dom::element element);
[[nodiscard]] std::optional<std::uint64_t> sensor_number(std::string_view text);
/// The same where it fits a pid or uid.
[[nodiscard]] std::optional<std::uint32_t> sensor_id(simdjson::dom::object object,
                                                     std::initializer_list<std::string_view> path);
/// The strings of an array.
void strings_of(simdjson::dom::element array, std::vector<std::string_view>& out);
/// LD_PRELOAD=... or LD_AUDIT=... among variables; "": neither.
[[nodiscard]] std::string_view preload_among(simdjson::dom::element environment);

/// "__x64_sys_ptrace", "sys_enter_ptrace", "security_file_open" without what the kernel puts before the name.
[[nodiscard]] std::string_view plain_call_name(std::string_view name);
/// A number that stands for a container where its pid namespace is not told.
[[nodiscard]] std::uint32_t namespace_of_container(std::string_view container);

enum class CallRead : std::uint8_t {
    done,     ///< a call with a meaning, its arguments in place
    no_call,  ///< nothing that has a meaning here
    missing,  ///< such a call, but an argument that says what it did is not there
};
/// Puts the arguments of the call that `event.call.name` names (a system call, with or without the kernel's
/// prefixes, or a hook) in their places.
[[nodiscard]] CallRead place_arguments(SensorEvent& event);

}  // namespace trocar
