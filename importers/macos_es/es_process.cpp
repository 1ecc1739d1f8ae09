#include "importers/macos_es/es_process.h"

#include "importers/linux_json/dom_values.h"

#include <array>
#include <charconv>

namespace trocar {
namespace {

namespace dom = simdjson::dom;

// The high half of a life's identity; the low half is the start time, or the pidversion.
constexpr std::uint64_t kByStart = std::uint64_t{0x6d616353} << 32U;    // "macS"
constexpr std::uint64_t kByVersion = std::uint64_t{0x6d616356} << 32U;  // "macV"

bool read_u32(dom::element element, std::uint32_t& out) {
    std::uint64_t number = 0;
    if (element.get(number) != simdjson::SUCCESS || number > 0xffffffffU) {
        return false;
    }
    out = static_cast<std::uint32_t>(number);
    return true;
}

bool member_u32(dom::object object, std::string_view name, std::uint32_t& out) {
    dom::element element;
    return object.at_key(name).get(element) == simdjson::SUCCESS && read_u32(element, out);
}

constexpr std::size_t kTokenNumbers = 8, kEuid = 1, kPid = 5, kPidVersion = 7;

EsToken from_numbers(const std::array<std::uint32_t, kTokenNumbers>& n, std::size_t count) {
    return count == kTokenNumbers ? EsToken{n[kPid], n[kPidVersion], n[kEuid], true} : EsToken{};
}

EsToken token_of_text(std::string_view text) {
    std::array<std::uint32_t, kTokenNumbers> numbers{};
    std::size_t count = 0;
    while (!text.empty() && count < kTokenNumbers) {
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), numbers[count]);
        if (error != std::errc{}) {
            return {};
        }
        ++count;
        text.remove_prefix(static_cast<std::size_t>(end - text.data()));
        text.remove_prefix(text.starts_with('-') ? 1 : 0);
    }
    return text.empty() ? from_numbers(numbers, count) : EsToken{};
}

EsToken token_at(dom::object object, std::string_view name) {
    dom::element element;
    return object.at_key(name).get(element) == simdjson::SUCCESS ? read_es_token(element) : EsToken{};
}

}  // namespace

EsSigner es_signer(dom::object object, const EsProcess& process) {
    dom::element platform;
    bool is_platform = false;
    const bool told = object.at_key("is_platform_binary").get(platform) == simdjson::SUCCESS &&
                      platform.get(is_platform) == simdjson::SUCCESS;
    if (is_platform) {
        return EsSigner::platform;
    }
    if (!process.team_id.empty()) {
        return EsSigner::team;
    }
    if (!process.has_cs_flags) {
        return told && process.signing_id.empty() ? EsSigner::nobody : EsSigner::not_told;
    }
    if ((process.cs_flags & es_cs::kAdHoc) != 0) {
        return EsSigner::ad_hoc;
    }
    return process.signing_id.empty() ? EsSigner::nobody : EsSigner::other;
}

EsToken read_es_token(dom::element element) {
    dom::object object;
    dom::array array;
    if (element.get(object) == simdjson::SUCCESS) {
        EsToken token;
        token.present = member_u32(object, "pid", token.pid);
        (void)member_u32(object, "pidversion", token.pidversion);
        (void)member_u32(object, "euid", token.euid);
        return token;
    }
    if (element.get(array) == simdjson::SUCCESS) {
        std::array<std::uint32_t, kTokenNumbers> numbers{};
        std::size_t count = 0;
        for (const dom::element one : array) {
            if (count == kTokenNumbers || !read_u32(one, numbers[count])) {
                return {};
            }
            ++count;
        }
        return from_numbers(numbers, count);
    }
    return token_of_text(string_of(element));
}

EsProcess read_es_process(dom::element element) {
    dom::object object;
    EsProcess process;
    if (element.get(object) != simdjson::SUCCESS) {
        return process;
    }
    process.token = token_at(object, "audit_token");
    process.parent = token_at(object, "parent_audit_token");
    process.responsible = token_at(object, "responsible_audit_token");
    if (!process.parent.present) {  // message versions below 4
        process.parent.present = member_u32(object, "ppid", process.parent.pid);
    }
    process.start = parse_iso_time(string_at(object, {"start_time"})).value_or(kNoTime);
    process.path = string_at(object, {"executable", "path"});
    process.signing_id = string_at(object, {"signing_id"});
    process.team_id = string_at(object, {"team_id"});
    process.has_cs_flags = member_u32(object, "codesigning_flags", process.cs_flags);
    process.signer = es_signer(object, process);
    return process;
}

std::string EsProcess::signature() const {
    std::string out;
    switch (signer) {
        case EsSigner::not_told: return std::string(signing_id);
        case EsSigner::nobody: return "unsigned";
        case EsSigner::platform: out = "platform"; break;
        case EsSigner::team: (out = "team ") += team_id; break;
        case EsSigner::other: out = "signed"; break;
        case EsSigner::ad_hoc: out = "adhoc"; break;
    }
    return signing_id.empty() ? out : (out += ' ') += signing_id;
}

void EsIdentities::learn(const EsToken& token, const Guid& life) {
    if (lives_.size() >= kMostTokens && !lives_.contains(token.key())) {
        lives_.clear();
    }
    lives_[token.key()] = life;
}

Guid EsIdentities::life_of(const EsProcess& process) {
    const std::uint64_t pid = process.token.pid;
    if (!process.start.none()) {
        return {kByStart | pid, static_cast<std::uint64_t>(process.start.count)};
    }
    const auto known = lives_.find(process.token.key());
    return known != lives_.end() ? known->second : Guid{kByVersion | pid, process.token.pidversion};
}

ProcessHint EsIdentities::hint(const EsProcess& process) {
    ProcessHint out;
    if (process.present()) {
        out.guid = life_of(process);
        out.pid = process.token.pid;
        out.has_pid = true;
        out.image = process.path;
        learn(process.token, out.guid);
    }
    return out;
}

ProcessHint EsIdentities::hint(const EsToken& token) const {
    ProcessHint out;
    if (token.present) {
        const auto known = lives_.find(token.key());
        out.guid = known == lives_.end() ? Guid{} : known->second;
        out.pid = token.pid;
        out.has_pid = true;
    }
    return out;
}

void EsIdentities::chain(const EsProcess& before, const EsProcess& after) {
    if (before.present() && after.present() && before.token.pid == after.token.pid && after.start.none()) {
        learn(after.token, life_of(before));
    }
}

}  // namespace trocar
