#include "core/ingest/gathering.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "core/ingest/inputs.h"

namespace trocar {
namespace {

// "trocar gathering 1\n", then for each file "SIZE TIME LENGTH PATH\n", its bytes, "\n". SIZE and LENGTH in bytes,
// TIME in nanoseconds since 1970 or "-". Ours alone: nothing else writes it.
constexpr std::string_view kMagic = "trocar gathering 1\n";
constexpr std::size_t kMaxPath = 32U << 10U;  // beyond PATH_MAX of any system
constexpr std::size_t kMaxFiles = 1U << 20U;
constexpr std::size_t kHeadBytes = 96;        // three numbers and their blanks

/// Reads a number and the character behind it; `text` goes on behind both.
template <typename Number>
bool take_number(std::string_view& text, Number& out) {
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), out);
    const auto used = static_cast<std::size_t>(end - text.data());
    if (failed != std::errc{} || used >= text.size() || text[used] != ' ') {
        return false;
    }
    text.remove_prefix(used + 1);
    return true;
}

struct FileHead {
    std::uint64_t size = 0;
    UtcNanos modified;
    std::uint64_t path_length = 0;
    std::size_t length = 0;  ///< of the head itself
};

bool read_file_head(std::string_view text, FileHead& out) {
    const std::size_t whole = text.size();
    if (!take_number(text, out.size)) {
        return false;
    }
    if (text.starts_with("- ")) {
        text.remove_prefix(2);
    } else if (!take_number(text, out.modified.count)) {
        return false;
    }
    if (!take_number(text, out.path_length) || out.path_length == 0 || out.path_length > kMaxPath) {
        return false;
    }
    out.length = whole - text.size();
    return true;
}

Result<std::string> read_text(Input& input, std::uint64_t offset, std::size_t length) {
    std::string text(length, '\0');
    const Result<std::size_t> got = input.read_at(offset, std::as_writable_bytes(std::span(text)));
    if (!got.ok()) {
        return got.error();
    }
    text.resize(got.value());
    return text;
}

}  // namespace

Gathering::Gathering() : spool_(std::make_unique<Spool>()) {}
Gathering::~Gathering() = default;
Gathering::Gathering(Gathering&&) noexcept = default;
Gathering& Gathering::operator=(Gathering&&) noexcept = default;

Result<bool> Gathering::add(Input& file, std::string_view path) {
    const std::uint64_t size = std::min(file.size(), kMaxFileBytes);
    path = path.substr(0, kMaxPath);
    std::string head = files_++ == 0 ? std::string(kMagic) : std::string();
    head += std::to_string(size) + ' ';
    head += (file.modified().none() ? std::string("-") : std::to_string(file.modified().count)) + ' ';
    head += std::to_string(path.size()) + ' ' + std::string(path) + '\n';
    if (Status kept = spool_->add(as_bytes(head)); !kept.ok()) {
        return kept.error();
    }
    std::array<std::byte, 64U << 10U> piece;
    for (std::uint64_t at = 0; at < size;) {
        const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(piece.size(), size - at));
        const Result<std::size_t> got = file.read_at(at, std::span(piece).first(wanted));
        if (!got.ok()) {
            return got.error();
        }
        if (got.value() == 0) {
            return Error{ErrorKind::unreadable, "cannot read " + file.name() + ": it became shorter while it was read",
                         ""};
        }
        if (Status kept = spool_->add(Bytes(piece).first(got.value())); !kept.ok()) {
            return kept.error();
        }
        at += got.value();
    }
    if (Status kept = spool_->add(as_bytes(std::string_view("\n"))); !kept.ok()) {
        return kept.error();
    }
    return size == file.size();
}

std::unique_ptr<Input> Gathering::finish(std::string name) { return spool_->finish(std::move(name)); }

bool is_gathering(Bytes head) { return as_text(head).starts_with(kMagic); }

Result<std::vector<GatheredFile>> gathered_files(Input& input, bool& whole, std::stop_token stop) {
    const Result<std::string> magic = read_text(input, 0, kMagic.size());
    if (!magic.ok()) {
        return magic.error();
    }
    if (magic.value() != kMagic) {
        return Error{ErrorKind::unreadable, "cannot read " + input.name() + ": these are not files gathered by Trocar", ""};
    }
    std::vector<GatheredFile> files;
    whole = true;
    for (std::uint64_t at = kMagic.size(); at < input.size();) {
        if (stop.stop_requested()) {
            return cancelled("reading " + input.name());
        }
        const Result<std::string> text = read_text(input, at, kHeadBytes);
        if (!text.ok()) {
            return text.error();
        }
        FileHead head;
        if (files.size() >= kMaxFiles || !read_file_head(text.value(), head)) {
            whole = false;
            break;
        }
        Result<std::string> path = read_text(input, at + head.length, static_cast<std::size_t>(head.path_length));
        if (!path.ok()) {
            return path.error();
        }
        at += head.length + head.path_length + 1;
        if (at > input.size() || head.size > input.size() - at) {
            whole = false;
            break;
        }
        files.push_back({std::move(path.value()), head.modified, at, head.size});
        at += head.size + 1;
    }
    return files;
}

std::string_view path_in_evidence(std::string_view path, const std::vector<std::string>& given) {
    std::string_view root;
    for (std::string_view candidate : given) {
        while (candidate.size() > 1 && candidate.ends_with('/')) {
            candidate.remove_suffix(1);
        }
        if (candidate.size() > root.size() && path.starts_with(candidate)) {
            root = candidate;
        }
    }
    const std::size_t slash = root.rfind('/');
    return path.substr(slash == std::string_view::npos ? 0 : slash + 1);
}

}  // namespace trocar
