#include "importers/etw_meaning/etw_event.h"

#include "core/base/text.h"

#include <array>

namespace trocar {
namespace {

struct Known {
    EtwProvider provider;
    Guid guid;
    std::string_view name;
};

// Provider GUIDs: manifests in jdu2600/Windows10EtwEvents; the NT kernel logger's is SystemTraceControlGuid
// (evntrace.h).
constexpr std::array kKnown{
    Known{EtwProvider::kernel_process,
          {0x22fb2cd60e7b422bULL, 0xa0c72fad1fd0e716ULL},
          "Microsoft-Windows-Kernel-Process"},
    Known{EtwProvider::audit_api_calls,
          {0xe02a841c75a34fa7ULL, 0xafc8ae09cf9b7f23ULL},
          "Microsoft-Windows-Kernel-Audit-API-Calls"},
    Known{EtwProvider::threat_intelligence,
          {0xf4e1897cbb5d5668ULL, 0xf1d8040f4d8dd344ULL},
          "Microsoft-Windows-Threat-Intelligence"},
    Known{EtwProvider::nt_kernel_logger, {0x9e814aad320411d2ULL, 0x9a82006008a86939ULL}, "NT Kernel Logger"},
};
constexpr std::string_view kPrefix = "Microsoft-Windows-";

}  // namespace

EtwProvider etw_provider(const Guid& guid, std::string_view name) noexcept {
    for (const Known& known : kKnown) {
        const bool named =
            equal_ignoring_case(name, known.name) ||
            (known.name.starts_with(kPrefix) && equal_ignoring_case(name, known.name.substr(kPrefix.size())));
        if (guid.none() ? named : guid == known.guid) {
            return known.provider;
        }
    }
    return EtwProvider::other;
}

std::string_view etw_provider_name(EtwProvider provider) noexcept {
    for (const Known& known : kKnown) {
        if (known.provider == provider) {
            return known.name;
        }
    }
    return {};
}

const EtwField* EtwEvent::find(std::string_view name) const noexcept {
    for (const EtwField& field : fields) {
        if (equal_ignoring_case(field.name, name)) {
            return &field;
        }
    }
    return nullptr;
}

std::optional<std::uint64_t> EtwEvent::number(std::string_view name) const noexcept {
    const EtwField* field = find(name);
    if (field == nullptr) {
        return std::nullopt;
    }
    switch (field->kind) {
        case ValueKind::number:
        case ValueKind::hex: return field->number;
        case ValueKind::text: return parse_number(trimmed(field->text));
        default: return std::nullopt;
    }
}

std::optional<std::uint32_t> EtwEvent::pid_in(std::string_view name) const noexcept {
    const auto value = number(name);
    if (!value || *value >= kEtwNoProcess) {
        return std::nullopt;
    }
    return static_cast<std::uint32_t>(*value);
}

std::string_view EtwEvent::text(std::string_view name) const noexcept {
    const EtwField* field = find(name);
    return field != nullptr && field->kind == ValueKind::text ? field->text : std::string_view{};
}

UtcNanos EtwEvent::instant(std::string_view name) const noexcept {
    const EtwField* field = find(name);
    if (field != nullptr && field->kind == ValueKind::time) {
        return {static_cast<std::int64_t>(field->number)};
    }
    const auto ticks = number(name);
    if (ticks) {
        return *ticks == 0 ? kNoTime : from_filetime(*ticks);
    }
    return field == nullptr ? kNoTime : parse_iso_time(trimmed(field->text)).value_or(kNoTime);
}

}  // namespace trocar
