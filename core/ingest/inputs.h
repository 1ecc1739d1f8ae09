#pragma once

#include "core/ingest/importer.h"

#include <cstdint>
#include <memory>
#include <string>

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

/// Takes the bytes of an archive member as they are unpacked, in memory up to kMemoryBytes, in an unlinked
/// temporary file (TMPDIR, else /var/tmp, else /tmp) beyond; gives them back as an Input. Thread safety:
/// none. Failure: an Error of kind storage when the temporary file cannot be written.
class Spool {
public:
    static constexpr std::uint64_t kMemoryBytes = 64ULL << 20;

    [[nodiscard]] Status add(Bytes bytes);
    [[nodiscard]] std::uint64_t size() const { return size_; }
    /// Ends the spooling; add() may not follow.
    [[nodiscard]] std::unique_ptr<Input> finish(std::string name);

private:
    [[nodiscard]] Status write_out(Bytes bytes);

    std::string memory_;
    Descriptor file_;
    std::string folder_;
    std::uint64_t size_ = 0;
};

}  // namespace trocar
