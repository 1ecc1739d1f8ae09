#include "core/store/new_file.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <utility>

#if defined(__unix__) || defined(__APPLE__)
#include <fcntl.h>
#include <unistd.h>
#endif

namespace trocar {
namespace {

Error not_made(const std::string& path, int why) {
    if (why == EEXIST) {
        return {ErrorKind::usage, "cannot make the case " + path + ": it exists", "choose another name"};
    }
    return {ErrorKind::storage, "cannot make the case " + path + ": " + std::strerror(why),
            why == ENOSPC || why == EFBIG ? "free some space on that disk and try again"
                                                           : "check that its folder exists and can be written"};
}

#if defined(__unix__) || defined(__APPLE__)

/// Writes all and syncs; 0 or an errno.
int write_all(int fd, Bytes bytes) {
    while (!bytes.empty()) {
        const ssize_t n = ::write(fd, bytes.data(), bytes.size());
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return errno;
        }
        bytes = bytes.subspan(static_cast<std::size_t>(n));
    }
    return ::fsync(fd) == 0 ? 0 : errno;
}

constexpr mode_t kMode = 0666;  // the umask takes its part

#if defined(O_TMPFILE)
/// A file without a name gets one when it is whole (open(2), O_TMPFILE): a kill leaves nothing. -1: not on this disk.
int write_unnamed(const std::string& path, const std::string& folder, Bytes bytes) {
    const int fd = ::open(folder.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, kMode);
    if (fd < 0) {
        return -1;
    }
    int why = write_all(fd, bytes);
    if (why == 0) {
        const std::string self = "/proc/self/fd/" + std::to_string(fd);
        if (::linkat(AT_FDCWD, self.c_str(), AT_FDCWD, path.c_str(), AT_SYMLINK_FOLLOW) != 0) {
            why = errno == EEXIST ? EEXIST : -1;
        }
    }
    ::close(fd);
    return why;
}
#else
int write_unnamed(const std::string&, const std::string&, Bytes) { return -1; }
#endif

/// Disks without unnamed files or links (FAT, some network shares): the name first, then the bytes.
int write_named(const std::string& path, Bytes bytes) {
    const int fd = ::open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, kMode);
    if (fd < 0) {
        return errno;
    }
    const int why = write_all(fd, bytes);
    ::close(fd);
    if (why != 0) {
        ::unlink(path.c_str());
    }
    return why;
}

#else

int write_unnamed(const std::string&, const std::string&, Bytes) { return -1; }

int write_named(const std::string& path, Bytes bytes) {
    std::FILE* file = std::fopen(path.c_str(), "wbx");
    if (file == nullptr) {
        return errno;
    }
    const bool written = std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size();
    if (std::fclose(file) != 0 || !written) {
        std::error_code ignored;
        std::filesystem::remove(path, ignored);
        return EIO;
    }
    return 0;
}

#endif

}  // namespace

Status write_new_file(const std::string& path, Bytes bytes) {
    const std::filesystem::path folder = std::filesystem::path(path).parent_path();
    int why = write_unnamed(path, folder.empty() ? "." : folder.string(), bytes);
    if (why == -1) {
        why = write_named(path, bytes);
    }
    return why == 0 ? Status{} : Status{not_made(path, why)};
}

}  // namespace trocar
