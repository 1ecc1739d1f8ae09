#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <tsl/robin_map.h>

#include "core/base/seeded_hash.h"
#include "importers/readers/bson/bson_elements.h"

namespace trocar {

/// What a log says once about all calls of an API.
struct ApiInfo {
    struct Argument {
        std::string name;
        bool pointer = false;  ///< shown in hexadecimal
        std::vector<std::pair<std::uint32_t, std::string>> values;  ///< words for the whole number
        std::vector<std::pair<std::uint32_t, std::string>> bits;    ///< words for bits of it
    };
    std::string api, category;
    std::vector<Argument> arguments;  ///< in the order of the calls; is_success and retval are the first two
    std::size_t cost = 0;             ///< bytes of its document

    /// "PAGE_READWRITE"; empty when it has no words.
    [[nodiscard]] static std::string words(const Argument& argument, std::uint64_t number);
};

/// The explanations of a log by their index. Memory: in proportion to kMaxBytes. Thread safety: one thread.
class ApiTable {
public:
    /// Bytes of explanations held; those of all hooks of a monitor take some hundred KiB.
    static constexpr std::size_t kMaxBytes = 4U << 20U;
    enum class Outcome : std::uint8_t { added, broken, too_many };

    /// Takes a document of the type "info". One of the same index replaces the one before.
    [[nodiscard]] Outcome add(Bytes document);
    /// Null: not explained.
    [[nodiscard]] const ApiInfo* find(std::int64_t index) const;

private:
    tsl::robin_map<std::uint64_t, ApiInfo, SeededHash> infos_;
    std::size_t bytes_ = 0;
};

}  // namespace trocar
