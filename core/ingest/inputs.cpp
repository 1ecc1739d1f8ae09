#include "core/ingest/inputs.h"

#include "core/ingest/evidence_walk.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <system_error>
#include <utility>

namespace trocar {
namespace {

std::string reason_of(int error_number) {
    return std::generic_category().message(error_number);
}

/// A file or an unlinked temporary file, by pread: a large read into the caller's buffer beats mapping for
/// files that are read once.
class FileInput final : public Input {
public:
    FileInput(Descriptor file, std::uint64_t size, std::string name, UtcNanos modified)
        : file_(std::move(file)), size_(size), name_(std::move(name)), modified_(modified) {}

    std::uint64_t size() const override { return size_; }
    const std::string& name() const override { return name_; }
    UtcNanos modified() const override { return modified_; }

    Result<std::size_t> read_at(std::uint64_t offset, std::span<std::byte> out) override {
        if (offset >= size_) {
            return std::size_t{0};
        }
        const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), size_ - offset));
        std::size_t got = 0;
        while (got < wanted) {
            const ssize_t n =
                ::pread(file_.get(), out.data() + got, wanted - got, static_cast<off_t>(offset + got));
            if (n < 0 && errno == EINTR) {
                continue;
            }
            if (n < 0) {
                return failed(offset + got, reason_of(errno),
                              "Copy the file to a healthy disk and import the copy.");
            }
            if (n == 0) {
                return failed(offset + got, "the file became shorter while it was read",
                              "Import a copy that nothing writes to.");
            }
            got += static_cast<std::size_t>(n);
        }
        return got;
    }

private:
    Error failed(std::uint64_t offset, const std::string& why, std::string remedy) const {
        return {ErrorKind::unreadable,
                "cannot read " + name_ + " at offset " + std::to_string(offset) + ": " + why,
                std::move(remedy)};
    }

    Descriptor file_;
    std::uint64_t size_;
    std::string name_;
    UtcNanos modified_;
};

class MemoryInput final : public Input {
public:
    MemoryInput(std::string name, std::string bytes, UtcNanos modified)
        : name_(std::move(name)), bytes_(std::move(bytes)), modified_(modified) {}

    std::uint64_t size() const override { return bytes_.size(); }
    const std::string& name() const override { return name_; }
    UtcNanos modified() const override { return modified_; }

    Result<std::size_t> read_at(std::uint64_t offset, std::span<std::byte> out) override {
        if (offset >= bytes_.size()) {
            return std::size_t{0};
        }
        const std::size_t n = std::min(out.size(), bytes_.size() - static_cast<std::size_t>(offset));
        if (n != 0) {
            std::memcpy(out.data(), bytes_.data() + offset, n);
        }
        return n;
    }

private:
    std::string name_;
    std::string bytes_;
    UtcNanos modified_;
};

std::string spool_folder() {
    if (const char* chosen = std::getenv("TMPDIR"); chosen != nullptr && *chosen != '\0') {
        return chosen;
    }
    // Members beyond 64 MiB are too large for a /tmp that lives in memory.
    return ::access("/var/tmp", W_OK) == 0 ? "/var/tmp" : "/tmp";
}

constexpr std::uint64_t kSpaceCheckBytes = 64ULL << 20;
constexpr std::uint64_t kSpaceLeftBytes = 512ULL << 20;

bool nearly_full(const std::optional<DiskSpace>& disk) {
    return disk.has_value() && disk->free < std::min(kSpaceLeftBytes, disk->size / 20);
}

std::string_view kind_of(mode_t mode) {
    if (S_ISDIR(mode)) {
        return "a folder";
    }
    if (S_ISFIFO(mode)) {
        return "a named pipe";
    }
    if (S_ISSOCK(mode)) {
        return "a socket";
    }
    return "a device";
}

}  // namespace

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
    if (this != &other) {
        if (fd_ >= 0) {
            ::close(fd_);
        }
        fd_ = other.release();
    }
    return *this;
}

Descriptor::~Descriptor() {
    if (fd_ >= 0) {
        ::close(fd_);
    }
}

int Descriptor::release() {
    return std::exchange(fd_, -1);
}

Result<std::unique_ptr<Input>> open_regular_file(const std::string& path, bool follow_link) {
    // O_NONBLOCK: opening a named pipe must not wait for a writer; it has no effect on regular files.
    Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | (follow_link ? 0 : O_NOFOLLOW)));
    if (!file.open()) {
        const int why = errno;
        std::string remedy;
        if (why == ENOENT) {
            remedy = "Check the path.";
        } else if (why == EACCES || why == EPERM) {
            remedy = "Ask for read permission, or copy the file with an account that has it.";
        }
        return Error{ErrorKind::unreadable, "cannot open " + path + ": " + reason_of(why), std::move(remedy)};
    }
    struct stat about {};
    if (::fstat(file.get(), &about) != 0) {
        return Error{ErrorKind::unreadable, "cannot open " + path + ": " + reason_of(errno), ""};
    }
    if (!S_ISREG(about.st_mode)) {
        return Error{ErrorKind::unreadable,
                     "cannot read " + path + ": it is " + std::string(kind_of(about.st_mode)),
                     S_ISDIR(about.st_mode) ? "Name a file in it, or import the whole folder."
                                            : "Copy what it delivers into a file and import that."};
    }
    return std::unique_ptr<Input>(std::make_unique<FileInput>(
        std::move(file), static_cast<std::uint64_t>(about.st_size), path,
        utc_nanos(about.st_mtim.tv_sec, about.st_mtim.tv_nsec)));
}

Result<std::unique_ptr<Input>> open_input(const std::string& path) {
    auto opened = open_regular_file(path, true);
    if (opened.ok() && opened.value()->size() == 0) {
        return Error{ErrorKind::unreadable, path + " is empty (0 bytes)",
                     "Check that the copy or the export finished."};
    }
    return opened;
}

std::unique_ptr<Input> memory_input(std::string name, std::string bytes) {
    return std::make_unique<MemoryInput>(std::move(name), std::move(bytes), kNoTime);
}

Status Spool::add(Bytes bytes) {
    size_ += bytes.size();
    if (!file_.open() && size_ <= kMemoryBytes) {
        memory_ += as_text(bytes);
        return {};
    }
    if (!file_.open()) {
        folder_ = spool_folder();
        std::string pattern = folder_ + "/trocar-XXXXXX";
        file_ = Descriptor(::mkstemp(pattern.data()));
        if (!file_.open()) {
            return Error{ErrorKind::storage,
                         "cannot make a temporary file in " + folder_ + ": " + reason_of(errno),
                         "Set TMPDIR to a folder with room for the largest member of the archive."};
        }
        ::unlink(pattern.c_str());  // nothing stays behind, even after a kill
        if (Status moved = write_out(as_bytes(memory_)); !moved.ok()) {
            return moved;
        }
        memory_ = {};
    }
    if (size_ / kSpaceCheckBytes != (size_ - bytes.size()) / kSpaceCheckBytes && nearly_full(ask_space_(file_.get()))) {
        return Error{ErrorKind::storage,
                     "cannot unpack further into a temporary file in " + folder_ + " after " + std::to_string(size_) +
                         " bytes: the disk is nearly full",
                     "Set TMPDIR to a folder with room for the largest member of the archive."};
    }
    return write_out(bytes);
}

std::optional<DiskSpace> disk_space(int file) {
    struct statvfs disk {};
    if (::fstatvfs(file, &disk) != 0) {
        return std::nullopt;
    }
    return DiskSpace{std::uint64_t{disk.f_bavail} * disk.f_frsize, std::uint64_t{disk.f_blocks} * disk.f_frsize};
}

Status Spool::write_out(Bytes bytes) {
    while (!bytes.empty()) {
        const ssize_t n = ::write(file_.get(), bytes.data(), bytes.size());
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return Error{ErrorKind::storage,
                         "cannot write a temporary file in " + folder_ + ": " + reason_of(errno),
                         "Set TMPDIR to a folder with room for the largest member of the archive."};
        }
        bytes = bytes.subspan(static_cast<std::size_t>(n));
    }
    return {};
}

std::unique_ptr<Input> Spool::finish(std::string name, UtcNanos modified) {
    if (file_.open()) {
        return std::make_unique<FileInput>(std::move(file_), size_, std::move(name), modified);
    }
    return std::make_unique<MemoryInput>(std::move(name), std::move(memory_), modified);
}

}  // namespace trocar
