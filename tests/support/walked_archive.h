#pragma once

#include "core/ingest/evidence_walk.h"

#include <archive.h>
#include <archive_entry.h>

#include <cstdint>
#include <fstream>
#include <span>
#include <string>
#include <vector>

namespace trocar::test {

struct Member {
    std::string name;
    std::string bytes;
    int kind = AE_IFREG;
    std::string link = {};
};

/// An archive in memory, written by libarchive. `format`: zip, 7zip, ustar, raw; `filter`: none, gzip, zstd,
/// xz.
inline std::string made_archive(const std::string& format, const std::string& filter,
                                const std::vector<Member>& members, const char* password = nullptr) {
    std::string out;
    struct archive* a = archive_write_new();
    archive_write_set_format_by_name(a, format.c_str());
    if (filter != "none") {
        archive_write_add_filter_by_name(a, filter.c_str());
    }
    archive_write_set_bytes_in_last_block(a, 1);
    if (password != nullptr) {
        archive_write_set_options(a, "zip:encryption=aes256");
        archive_write_set_passphrase(a, password);
    }
    archive_write_open(
        a, &out, nullptr,
        [](struct archive*, void* to, const void* data, size_t n) {
            static_cast<std::string*>(to)->append(static_cast<const char*>(data), n);
            return static_cast<la_ssize_t>(n);
        },
        nullptr);
    for (const Member& m : members) {
        struct archive_entry* e = archive_entry_new();
        archive_entry_set_pathname(e, m.name.c_str());
        archive_entry_set_filetype(e, static_cast<unsigned>(m.kind));
        archive_entry_set_perm(e, 0644);
        archive_entry_set_mtime(e, 1700000000, 0);
        archive_entry_set_size(e, static_cast<la_int64_t>(m.bytes.size()));
        if (!m.link.empty()) {
            archive_entry_set_symlink(e, m.link.c_str());
        }
        archive_write_header(a, e);
        archive_write_data(a, m.bytes.data(), m.bytes.size());
        archive_entry_free(e);
    }
    archive_write_close(a);
    archive_write_free(a);
    return out;
}

inline void put(const std::string& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary) << bytes;
}

struct Walked {
    std::vector<std::string>
        seen;  // "name = bytes" (long ones: size only), names relative to the temporary folder
    std::vector<SkippedItem> skipped;
    Status status;
    std::string text() const {
        std::string out;
        for (const std::string& s : seen) {
            out += s + "\n";
        }
        for (const SkippedItem& s : skipped) {
            out += "skipped " + s.name + ": " + s.reason + "\n";
        }
        if (!status.ok()) {
            out += "error: " + status.error().message + "\n";
        }
        return out;
    }
};

inline Walked walk(const std::string& base, const std::vector<std::string>& paths,
                   const WalkLimits& limits = {}) {
    Walked w;
    const auto relative = [&](std::string name) {
        for (std::size_t at; (at = name.find(base + "/")) != std::string::npos;) {
            name.erase(at, base.size() + 1);
        }
        return name;
    };
    std::vector<std::string> full;
    for (const std::string& p : paths) {
        full.push_back(p.empty() ? base : base + "/" + p);
    }
    w.status =
        walk_evidence(full, limits,
                      [&](Input& input) {
                          std::string bytes(static_cast<std::size_t>(input.size()), '\0');
                          const auto got = input.read_at(0, std::as_writable_bytes(std::span(bytes)));
                          const bool whole = got.ok() && got.value() == bytes.size();
                          w.seen.push_back(relative(input.name()) + " = " +
                                           (!whole              ? "UNREADABLE"
                                            : bytes.size() < 64 ? bytes
                                                                : std::to_string(bytes.size()) + " bytes"));
                          return true;
                      },
                      w.skipped, {});
    for (SkippedItem& s : w.skipped) {
        s.name = relative(s.name);
        s.reason = relative(s.reason);
    }
    if (!w.status.ok()) {
        w.status = Error{w.status.error().kind, relative(w.status.error().message), w.status.error().remedy};
    }
    return w;
}

}  // namespace trocar::test
