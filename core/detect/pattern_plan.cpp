#include "core/detect/pattern_plan.h"

#include <algorithm>
#include <cstring>

namespace trocar {
namespace {

static_assert(sizeof(Role) == 1, "columns of roles are searched with memchr");

/// First row of [first, last) with that role, or last.
std::uint32_t find_role(const SignalTable& table, std::uint32_t first, std::uint32_t last, Role role) {
    if (first >= last) {
        return last;
    }
    const auto* base = reinterpret_cast<const unsigned char*>(table.role.data());
    const void* hit = std::memchr(base + first, static_cast<int>(role), last - first);
    return hit == nullptr ? last : static_cast<std::uint32_t>(static_cast<const unsigned char*>(hit) - base);
}

bool admitted(const std::vector<Admission>& admissions, const SignalTable& table, std::uint32_t row) {
    return std::any_of(admissions.begin(), admissions.end(), [&](const Admission& a) {
        return a.role == table.role[row] && a.admits(table.value[row], table.flags[row]);
    });
}

}  // namespace

bool PatternPlan::ends(const SignalTable& table, std::uint32_t row) const {
    return admitted(anchors, table, row);
}

bool PatternPlan::opens(const SignalTable& table, std::uint32_t row) const {
    return !table.time[row].none() && admitted(leads, table, row);
}

SignalRows PatternPlan::anchor_candidates(const SignalTable& table, const Pair& pair) const {
    SignalRows rows;
    for (const Role role : anchor_roles) {
        for (std::uint32_t at = find_role(table, pair.first, pair.last, role); at < pair.last;
             at = find_role(table, at + 1, pair.last, role)) {
            rows.push_back(at);
        }
    }
    std::sort(rows.begin(), rows.end());
    return rows;
}

bool PatternPlan::has_optional(const SignalTable& table, const Pair& pair) const {
    return std::any_of(optional_roles.begin(), optional_roles.end(), [&](Role role) {
        return find_role(table, pair.first, pair.last, role) < pair.last;
    });
}

std::vector<PatternPlan> pattern_plans(const Analytic& analytic) {
    std::vector<PatternPlan> plans;
    for (const Pattern& pattern : analytic.patterns) {
        PatternPlan plan;
        plan.pattern = &pattern;
        plan.skew = pattern.stages.back().skew;
        for (const Admission& a : pattern.loosest) {
            const bool last = a.stage + 1U == pattern.stages.size();
            (last ? plan.anchors : a.stage == 0 ? plan.leads : plan.optional).push_back(a);
            if (last) {
                plan.anchor_roles.push_back(a.role);
            } else if (a.stage != 0) {
                plan.optional_roles.push_back(a.role);
            }
        }
        plan.leads.insert(plan.leads.end(), pattern.exact_leads.begin(), pattern.exact_leads.end());
        plans.push_back(std::move(plan));
    }
    return plans;
}

}  // namespace trocar
