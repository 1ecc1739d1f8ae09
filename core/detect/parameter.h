#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/base/result.h"
#include "core/base/time.h"

namespace trocar {

/// What a move of a parameter costs; the engine decides from this, never the window.
enum class Scope : std::uint8_t {
    window,   ///< binary search over critical windows
    key,      ///< filter or re-grade rows
    step,     ///< rerun the linear pass over pairs that can complete a chain
    pattern,  ///< union of tables
};

/// Rights a handle must have been granted.
struct MaskValue {
    std::uint32_t bits = 0;
    bool all = true;  ///< all bits, or any of them
    friend bool operator==(const MaskValue&, const MaskValue&) = default;
};

/// Image names or globs; `only`: other targets are not shown, else being listed raises confidence.
struct NameListValue {
    std::vector<std::string> names;
    bool only = false;
    friend bool operator==(const NameListValue&, const NameListValue&) = default;
};

/// span: anchor minus first step (DET0508's TimeWindow); gap: the largest link.
enum class WindowMeasure : std::uint8_t { span, gap };

using ParameterValue = std::variant<Nanos, MaskValue, NameListValue, WindowMeasure, std::uint64_t>;

/// One control: slider, tooltip, command-line flag, report line and saved case come from it.
/// Thread safety: constant.
struct ParameterSpec {
    std::string_view name;     ///< ATT&CK's mutable element: "TimeWindow"
    std::string_view title;    ///< label of the control
    std::string_view help;     ///< one or two sentences: what it means, what raising it does
    std::string_view unit;     ///< "", "ms", ...
    Scope scope;
    ParameterValue initial;
    ParameterValue minimum, maximum;  ///< same alternative as initial; sliders and --set obey them. Of a name list:
                                      ///< `maximum` holds every name offered, others may be added
    bool logarithmic = false;
};

/// Reads the command-line form ("10s", "all:0x28", "only:lsass.exe,explorer.exe", "gap"). Errors name the parameter,
/// what was given and what is accepted.
[[nodiscard]] Result<ParameterValue> parse_parameter(const ParameterSpec& spec, std::string_view text);
/// The form parse_parameter reads back to the same value.
[[nodiscard]] std::string format_parameter(const ParameterValue& value);

/// Values of one analytic's parameters, by name. Missing names mean the spec's initial value.
class ParameterSet {
public:
    [[nodiscard]] const ParameterValue& get(const ParameterSpec& spec) const;
    void set(const ParameterSpec& spec, ParameterValue value);
    [[nodiscard]] Nanos duration(const ParameterSpec& spec) const { return std::get<Nanos>(get(spec)); }
    friend bool operator==(const ParameterSet&, const ParameterSet&) = default;

private:
    std::map<std::string, ParameterValue, std::less<>> values_;
};

}  // namespace trocar
