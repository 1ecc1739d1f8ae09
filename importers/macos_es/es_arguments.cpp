#include "importers/macos_es/es_arguments.h"

#include <algorithm>

namespace trocar {
namespace {

constexpr std::size_t kMaxCommandLine = 32U << 10U;

}  // namespace

void append_argument(std::string& line, std::string_view argument) {
    if (line.size() >= kMaxCommandLine) {
        return;
    }
    std::size_t length = std::min(argument.size(), kMaxCommandLine);
    while (length < argument.size() && length > 0 &&
           (static_cast<unsigned char>(argument[length]) & 0xc0U) == 0x80U) {
        --length;
    }
    const bool quoted = argument.empty() || argument.find_first_of(" \t\n\"") != std::string_view::npos;
    line += line.empty() ? "" : " ";
    line += quoted ? "\"" : "";
    line += argument.substr(0, length);
    line += quoted ? "\"" : "";
}

}  // namespace trocar
