#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace trocar::bench {

/// What one run of trocar-bench measures.
struct Plan {
    std::size_t signals = 1'000'000;
    std::string only;          ///< "G8": that goal alone; empty: all
    std::string folder;        ///< scratch folder, removed at the end
    std::string evidence;      ///< folder of real NDJSON captures, unpacked; empty: only made ones
    std::string audit;         ///< folder of a rotated set of audit logs; empty: none
    std::string cli;           ///< path of trocar-cli
    std::string sample;        ///< the bundled .evtx, repeated to make a large one
    std::string window;        ///< path of the program trocar, for G17; empty: not built
    [[nodiscard]] bool wants(std::string_view goal) const { return only.empty() || only == goal; }
};

void engine_goals(const Plan& plan);   ///< G8 G9 G10 G12
void import_goals(const Plan& plan);   ///< G1 G4 G5 G7 G13
void audit_goals(const Plan& plan);    ///< G6, and G13 of audit logs
void mac_figure(const Plan& plan);     ///< macOS NDJSON; no goal is named
void case_goals(const Plan& plan);     ///< G11 G14 G15
/// The case of `plan.signals` events in the scratch folder, made at the first call; empty when it cannot be made.
[[nodiscard]] std::string large_case(const Plan& plan);
void window_goals(const Plan& plan);   ///< G16 G17

}  // namespace trocar::bench
