#pragma once

#include "core/ingest/importer.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace trocar {

/// A file descriptor that closes itself. Not copyable.
class Descriptor {
public:
    Descriptor() = default;
    explicit Descriptor(int fd) : fd_(fd) {}
    Descriptor(Descriptor&& other) noexcept : fd_(other.release()) {}
    Descriptor& operator=(Descriptor&& other) noexcept;
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor();

    [[nodiscard]] int get() const { return fd_; }
    [[nodiscard]] bool open() const { return fd_ >= 0; }
    int release();

private:
    int fd_ = -1;
};

/// Opens a regular file for reading. `follow_link` false: a symbolic link is an Error (files met inside a
/// folder). Unlike open_input an empty file is not an Error: the walk lists it.
[[nodiscard]] Result<std::unique_ptr<Input>> open_regular_file(const std::string& path, bool follow_link);

/// What is left on the disk of an open file, and its size.
struct DiskSpace {
    std::uint64_t free = 0, size = 0;
};
/// None when the system does not say.
[[nodiscard]] std::optional<DiskSpace> disk_space(int file);

/// Takes the bytes of an archive member as they are unpacked, in memory up to kMemoryBytes, in an unlinked
/// temporary file (TMPDIR, else /var/tmp, else /tmp) beyond; gives them back as an Input. Thread safety:
/// none. Failure: an Error of kind storage when the temporary file cannot be written, or when what is left of its disk falls
/// below 512 MiB (or a twentieth of a small disk), looked at every 64 MiB: an archive must not fill the disk of the machine
/// that looks at it.
class Spool {
public:
    static constexpr std::uint64_t kMemoryBytes = 64ULL << 20;
    using AskSpace = std::function<std::optional<DiskSpace>(int file)>;

    Spool() = default;
    explicit Spool(AskSpace ask) : ask_space_(std::move(ask)) {}

    [[nodiscard]] Status add(Bytes bytes);
    [[nodiscard]] std::uint64_t size() const { return size_; }
    /// Ends the spooling; add() may not follow.
    [[nodiscard]] std::unique_ptr<Input> finish(std::string name, UtcNanos modified = kNoTime);

private:
    [[nodiscard]] Status write_out(Bytes bytes);

    AskSpace ask_space_ = disk_space;
    std::string memory_;
    Descriptor file_;
    std::string folder_;
    std::uint64_t size_ = 0;
};

}  // namespace trocar
