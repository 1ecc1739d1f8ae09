#pragma once

#include "core/model/operation.h"

#include <span>
#include <string_view>

namespace trocar {

/// How one sensor is told to record what a component is made of. Rules of auditd in auditctl(8) syntax;
/// "{arch}" stands for one rule for b64 and one for b32: a 64-bit program that calls int 0x80 is logged as
/// 32-bit.
struct ComponentRule {
    std::string_view by;    ///< "auditd", "Tracee"
    std::string_view rule;  ///< "-a always,exit -F arch={arch} -S memfd_create -k memfd"
};

/// What of one data component a capture can hold, and what it means when it does not.
struct Component {
    std::string_view name;         ///< ATT&CK's data component
    std::string_view data_source;  ///< its id in ATT&CK v18 (DET0508 and its sub-techniques' strategies)
    std::string_view telemetry;
    std::span<const Operation> operations;
    std::string_view blind;      ///< said when absent
    std::string_view limits;     ///< said when present; may be empty
    std::string_view step = {};  ///< of the analytic (AnalyticStep::name); may be empty
    std::span<const ComponentRule> rules = {};
};

/// Components of AN1400, with a rule for each sensor that can show them.
[[nodiscard]] std::span<const Component> linux_components();

}  // namespace trocar
