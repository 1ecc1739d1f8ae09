#include "core/ingest/rotated_set.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <utility>

namespace trocar {

struct RotatedSet::File {
    RotatedName rotation;
    std::string name;
    std::shared_ptr<Input> bytes;  ///< null: in the spool, until all are there
    std::uint64_t offset = 0, size = 0;
    UtcNanos modified;

    [[nodiscard]] Result<std::size_t> read_at(std::uint64_t at, std::span<std::byte> out) const {
        const std::uint64_t left = at < size ? size - at : 0;
        return bytes->read_at(offset + at, out.first(static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), left))));
    }
    [[nodiscard]] bool before(const File& other) const {
        if (rotation.date != other.rotation.date) {
            return !rotation.date.empty() && (other.rotation.date.empty() || rotation.date < other.rotation.date);
        }
        return rotation.number > other.rotation.number;
    }
    [[nodiscard]] Result<bool> same_bytes(const File& other) const;
};

namespace {

constexpr std::size_t kPiece = 256U << 10U;
constexpr std::string_view kMember = "!/";

std::string_view last_component(std::string_view path) {
    const std::size_t slash = path.rfind('/');
    return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

bool all_digits(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// "x/audit.log.2.gz!/audit.log.2" is the packed file x/audit.log.2: where it is packed tells nothing of the log.
std::string unpacked_name(std::string_view name) {
    const std::size_t at = name.rfind(kMember);
    if (at == std::string_view::npos) {
        return std::string(name);
    }
    const std::string_view inner = name.substr(at + kMember.size()), outer = last_component(name.substr(0, at));
    const bool packed_alone = outer.size() > inner.size() && outer.starts_with(inner) && outer[inner.size()] == '.';
    return packed_alone ? std::string(name.substr(0, at - outer.size())) + std::string(inner) : std::string(name);
}

/// "20241124" of "audit.log-20241124"; takes it off. Eight digits at least, as dateext writes them.
std::string take_date(std::string& name) {
    constexpr std::size_t kDay = 8;
    const std::size_t dash = name.find(".log-");
    const std::size_t from = dash == std::string::npos ? name.size() : dash + 5;
    std::string digits = name.substr(from);
    std::erase(digits, '-');
    if (digits.size() < kDay || !all_digits(digits)) {
        return {};
    }
    name.resize(dash + 4);
    return digits;
}

std::uint32_t take_number(std::string& name) {
    const std::size_t dot = name.rfind('.');
    std::uint32_t number = 0;
    if (dot == std::string::npos || !all_digits(std::string_view(name).substr(dot + 1)) || name.size() - dot > 6) {
        return 0;
    }
    std::from_chars(name.data() + dot + 1, name.data() + name.size(), number);
    name.resize(dot);
    return number;
}

/// Several files as one.
class JoinedInput final : public Input {
public:
    JoinedInput(std::string name, std::vector<InputPart> parts, std::vector<std::shared_ptr<Input>> bytes,
                std::vector<std::uint64_t> offsets)
        : name_(std::move(name)), parts_(std::move(parts)), bytes_(std::move(bytes)), offsets_(std::move(offsets)) {}

    std::uint64_t size() const override { return parts_.back().offset + parts_.back().size; }
    const std::string& name() const override { return name_; }
    std::span<const InputPart> parts() const override { return parts_; }

    Result<std::size_t> read_at(std::uint64_t offset, std::span<std::byte> out) override {
        std::size_t got = 0;
        for (std::size_t i = 0; i < parts_.size() && got < out.size(); ++i) {
            const std::uint64_t at = offset + got, end = parts_[i].offset + parts_[i].size;
            if (at < parts_[i].offset || at >= end) {
                continue;
            }
            const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(out.size() - got, end - at));
            const auto read = bytes_[i]->read_at(offsets_[i] + (at - parts_[i].offset), out.subspan(got, wanted));
            if (!read.ok()) {
                return read.error();
            }
            got += read.value();
            if (read.value() < wanted) {
                return Error{ErrorKind::unreadable,
                             "cannot read " + parts_[i].name + ": it became shorter while it was read", ""};
            }
        }
        return got;
    }

private:
    std::string name_;
    std::vector<InputPart> parts_;
    std::vector<std::shared_ptr<Input>> bytes_;
    std::vector<std::uint64_t> offsets_;  ///< where each part begins in its bytes
};

/// One file again, under its own name.
class OneInput final : public Input {
public:
    OneInput(InputPart file, std::shared_ptr<Input> bytes, UtcNanos modified)
        : file_(std::move(file)), bytes_(std::move(bytes)), modified_(modified) {}
    std::uint64_t size() const override { return file_.size; }
    const std::string& name() const override { return file_.name; }
    UtcNanos modified() const override { return modified_; }
    Result<std::size_t> read_at(std::uint64_t offset, std::span<std::byte> out) override {
        const std::uint64_t left = offset < file_.size ? file_.size - offset : 0;
        return bytes_->read_at(file_.offset + offset,
                               out.first(static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), left))));
    }

private:
    InputPart file_;
    std::shared_ptr<Input> bytes_;
    UtcNanos modified_;
};

/// What is missing between two files that follow each other; none: nothing that the names tell.
std::optional<SkippedItem> missing_between(const RotatedName& older, const RotatedName& newer) {
    if (!older.date.empty() || !newer.date.empty() || older.number <= newer.number + 1) {
        return std::nullopt;
    }
    std::string name = newer.set + "." + std::to_string(older.number - 1);
    if (older.number - 1 != newer.number + 1) {
        name += " to ." + std::to_string(newer.number + 1);
    }
    return SkippedItem{std::move(name), "not among the evidence, though older and newer files of this log are", true};
}

}  // namespace

std::optional<RotatedName> rotated_name(std::string_view input_name) {
    const std::string whole = unpacked_name(input_name);
    std::string name(last_component(whole));
    const std::size_t folder = whole.size() - name.size();
    RotatedName out;
    out.number = take_number(name);
    out.date = take_date(name);
    if (name.size() <= 4 || !name.ends_with(".log")) {
        return std::nullopt;
    }
    out.set = whole.substr(0, folder) + name;
    return out;
}

Result<bool> RotatedSet::File::same_bytes(const File& other) const {
    if (size != other.size) {
        return false;
    }
    std::vector<std::byte> left(kPiece), right(kPiece);
    for (std::uint64_t at = 0; at < size;) {
        const Result<std::size_t> one = read_at(at, left), two = other.read_at(at, right);
        if (!one.ok() || !two.ok()) {
            return one.ok() ? two.error() : one.error();
        }
        if (one.value() != two.value() || one.value() == 0 || std::memcmp(left.data(), right.data(), one.value()) != 0) {
            return false;
        }
        at += one.value();
    }
    return true;
}

RotatedSet::RotatedSet() : spool_(std::make_unique<Spool>()) {}
RotatedSet::~RotatedSet() = default;
RotatedSet::RotatedSet(RotatedSet&&) noexcept = default;
RotatedSet& RotatedSet::operator=(RotatedSet&&) noexcept = default;

Status RotatedSet::add(Input& file, RotatedName name) {
    File& added = files_.emplace_back();
    added.rotation = std::move(name);
    added.name = file.name();
    added.modified = file.modified();
    added.size = file.size();
    if (added.name.find(kMember) == std::string::npos) {
        Result<std::unique_ptr<Input>> opened = open_input(added.name);
        if (!opened.ok()) {
            return opened.error();
        }
        added.bytes = std::move(opened.value());
        added.size = added.bytes->size();
        return {};
    }
    added.offset = spool_->size();
    std::vector<std::byte> piece(kPiece);
    for (std::uint64_t at = 0; at < added.size;) {
        const Result<std::size_t> got = file.read_at(at, piece);
        if (!got.ok()) {
            return got.error();
        }
        if (got.value() == 0) {
            return Error{ErrorKind::unreadable, "cannot read " + added.name + ": it became shorter while it was read", ""};
        }
        if (Status kept = spool_->add(Bytes(piece).first(got.value())); !kept.ok()) {
            return kept;
        }
        at += got.value();
    }
    return {};
}

Status RotatedSet::leave_out_copies(std::vector<SkippedItem>& skipped) {
    std::vector<File> kept;
    for (File& file : files_) {
        const File* original = nullptr;
        for (std::size_t i = 0; i < kept.size() && original == nullptr; ++i) {
            const Result<bool> same = kept[i].same_bytes(file);
            if (!same.ok()) {
                return same.error();
            }
            original = same.value() ? &kept[i] : nullptr;
        }
        if (original != nullptr) {
            skipped.push_back({file.name, "it is in the case already, as " + original->name});
        } else {
            kept.push_back(std::move(file));
        }
    }
    files_ = std::move(kept);
    return {};
}

Result<std::unique_ptr<Input>> RotatedSet::finish(std::vector<SkippedItem>& skipped) {
    std::stable_sort(files_.begin(), files_.end(), [](const File& a, const File& b) { return a.before(b); });
    const std::shared_ptr<Input> spooled = spool_->finish("");
    for (std::size_t i = 0; i < files_.size(); ++i) {
        files_[i].bytes = files_[i].bytes == nullptr ? spooled : files_[i].bytes;
        if (auto missing = i == 0 ? std::nullopt : missing_between(files_[i - 1].rotation, files_[i].rotation)) {
            skipped.push_back(std::move(*missing));
        }
    }
    if (Status s = leave_out_copies(skipped); !s.ok()) {
        return s.error();
    }
    if (files_.size() == 1) {
        const File& file = files_.front();
        return std::unique_ptr<Input>(
            std::make_unique<OneInput>(InputPart{file.name, file.offset, file.size}, file.bytes, file.modified));
    }
    std::vector<InputPart> parts;
    std::vector<std::shared_ptr<Input>> bytes;
    std::vector<std::uint64_t> offsets;
    std::uint64_t at = 0;
    for (std::size_t i = 0; i < files_.size(); ++i) {
        parts.push_back({files_[i].name, at, files_[i].size});
        bytes.push_back(files_[i].bytes);
        offsets.push_back(files_[i].offset);
        at += files_[i].size;
    }
    std::string name = files_.back().rotation.set + "!/" + std::to_string(files_.size()) + " files read as one, " +
                       std::string(last_component(unpacked_name(parts.front().name))) + " to " +
                       std::string(last_component(unpacked_name(parts.back().name)));
    return std::unique_ptr<Input>(
        std::make_unique<JoinedInput>(std::move(name), std::move(parts), std::move(bytes), std::move(offsets)));
}

}  // namespace trocar
