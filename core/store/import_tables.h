#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <tsl/robin_map.h>

#include "core/base/loss.h"
#include "core/base/seeded_hash.h"
#include "core/base/string_table.h"
#include "core/ingest/importer.h"
#include "core/model/event.h"
#include "core/model/field.h"
#include "core/store/case_file.h"
#include "core/store/connection.h"
#include "core/store/database.h"
#include "core/store/detail_codec.h"
#include "core/store/reference_table.h"

namespace trocar {

/// A counted loss on its way into the case, its places with the bytes of the record.
struct LossRow {
    LossCount count;
    struct Raw {
        RawBlockId block;
        RawPlace place;
    };
    std::vector<Raw> raw;  ///< beside count.places
};

struct SourceRow {
    SourceInfo info;
    std::string head_sha256;
    std::uint32_t first_event = 0;
    std::vector<LossRow> losses;
    bool stored = false;  ///< by an earlier import
};

/// Facts of every event that sorting and deriving need; about 47 bytes an event, freed when the import ends.
struct ImportColumns {
    std::vector<UtcNanos> time;
    std::vector<std::uint64_t> record, value;
    std::vector<std::uint32_t> actor, target;  ///< ReferenceId
    std::vector<std::uint32_t> text, flags, event_id;
    std::vector<std::uint16_t> channel;
    std::vector<Operation> operation;
    [[nodiscard]] std::size_t size() const { return time.size(); }
};

inline constexpr std::uint32_t kMaxEvents = 0xfffffffeU;
inline constexpr std::size_t kMaxChannels = 65'535;  ///< EventColumns holds 16 bits
inline constexpr std::size_t kMaxDynamicFields = 65'535 - kFirstDynamicField - 1;

/// What one import knows of the case: everything but the rows already streamed. Loaded from an existing case first.
/// Thread safety: the parsing thread's, except texts of `strings`, whose storage does not move.
class ImportTables {
public:
    ImportTables() : references(strings) {}
    ImportTables(const ImportTables&) = delete;
    ImportTables& operator=(const ImportTables&) = delete;

    [[nodiscard]] Status load(CaseFile::Connection& connection);

    [[nodiscard]] HostId host(std::string_view name);
    /// False in `fits`: too many channels, the event joins the last one.
    [[nodiscard]] std::uint16_t channel(HostId host, std::string_view provider, std::string_view channel_name, bool& fits);
    /// Runtime field id of a name; none when the case holds too many names.
    [[nodiscard]] FieldId field(std::string_view name);
    [[nodiscard]] std::string_view field_name(FieldId id) const;
    /// Id of the field in this case, given out on first use.
    [[nodiscard]] std::uint16_t case_field(FieldId id);
    [[nodiscard]] std::uint32_t layout(const Layout& layout);
    [[nodiscard]] std::uint32_t guid_text(const Guid& guid);

    struct Channel {
        HostId host;
        std::string provider, name;
    };

    StringTable strings;
    std::uint32_t strings_stored = 0;
    std::vector<std::string> hosts;
    std::size_t hosts_stored = 0;
    std::vector<Channel> channels;
    std::size_t channels_stored = 0;
    std::vector<std::string> case_fields;
    std::size_t case_fields_stored = 0;
    std::vector<Layout> layouts;
    std::size_t layouts_stored = 0;
    ReferenceTable references;
    std::vector<SourceRow> sources;
    ImportColumns columns;
    std::uint32_t next_raw_block = 0, next_text_block = 0;

private:
    struct GuidHash {
        std::size_t operator()(const Guid& guid) const noexcept {
            return static_cast<std::size_t>(seeded_mix(seeded_mix(guid.high) ^ guid.low));
        }
    };
    [[nodiscard]] Status load_references(Database& db);
    [[nodiscard]] Status load_events(Database& db);

    std::unordered_map<std::string, std::uint32_t> host_by_name_;      // lower case
    std::unordered_map<std::string, std::uint16_t> channel_by_name_;   // host \0 provider \0 channel
    std::size_t last_channel_ = SIZE_MAX;
    std::size_t last_host_ = SIZE_MAX;
    std::unordered_map<std::string, std::uint16_t> dynamic_fields_;
    std::vector<std::string> dynamic_names_;
    std::vector<std::uint16_t> case_field_of_;                         // by runtime FieldId; 0xffff: not used yet
    std::unordered_map<std::string, std::uint16_t> stored_fields_;
    tsl::robin_map<std::uint64_t, std::uint32_t, SeededHash> layout_by_hash_;
    tsl::robin_map<Guid, std::uint32_t, GuidHash> guid_texts_;
};

}  // namespace trocar
