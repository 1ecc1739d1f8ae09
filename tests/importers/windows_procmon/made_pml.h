#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace trocar::test {

/// Writes a small PML file of 64 bits (layout: importers/readers/pml). Process n has pid 10 n and "C:\pN.exe".
class MadePml {
public:
    /// Little-endian; zeros beyond the number's eight bytes.
    static void put(std::string& out, std::uint64_t number, int bytes) {
        for (int i = 0; i < bytes; ++i) {
            out += static_cast<char>(number & 0xffU);
            number >>= 8U;
        }
    }
    static std::string utf16(std::string_view ascii) {
        std::string out;
        for (const char c : ascii) {
            out += c;
            out += '\0';
        }
        return out;
    }

    void process(std::uint32_t index) { processes_.push_back(index); }
    /// An event of class 1 with an empty stack.
    void event(std::uint32_t process, std::uint32_t tid, std::uint16_t operation, const std::string& detail,
               std::uint32_t event_class = 1) {
        places_.push_back(static_cast<std::uint32_t>(kHeader + events_.size()));
        put(events_, process, 4);
        put(events_, tid, 4);
        put(events_, event_class, 4);
        put(events_, operation, 2);
        put(events_, 0, 14);
        put(events_, 132406546382093997ULL + events_.size(), 8);
        put(events_, 0, 4);
        put(events_, 1, 2);  // one frame
        put(events_, 0, 2);
        put(events_, detail.size(), 4);
        put(events_, 0, 4);
        put(events_, 0xfffff80000000000ULL, 8);
        events_ += detail;
    }
    static std::string thread(std::uint32_t tid) {
        std::string out;
        put(out, tid, 4);
        return out;
    }
    static std::string image(std::uint64_t base, std::uint32_t size, std::string_view path, bool ascii) {
        std::string out;
        put(out, base, 8);
        put(out, size, 4);
        put(out, path.size() | (ascii ? 0x8000U : 0U), 2);
        put(out, 0, 2);
        return out + (ascii ? std::string(path) : utf16(path));
    }
    static std::string start(std::uint32_t parent, std::string_view line) {
        std::string out;
        put(out, parent, 4);
        put(out, line.size() | 0x8000U, 2);
        put(out, 0, 6);
        return out + std::string(line);
    }

    [[nodiscard]] std::string file() const {
        std::string places, strings, table, list, body;
        for (const std::uint32_t place : places_) {
            put(places, place, 4);
            put(places, 0, 1);
        }
        std::vector<std::string> texts{"D\\u"};
        put(table, processes_.size(), 4);
        for (std::size_t i = 0; i < processes_.size(); ++i) {
            const std::string number = std::to_string(processes_[i]);
            put(table, processes_[i], 4);
            put(list, 4 + processes_.size() * 8 + body.size(), 4);
            put(body, processes_[i], 4);
            put(body, processes_[i] * 10, 4);
            put(body, 4, 4);
            body.append(0x3C - 12, '\0');
            put(body, 0, 4);
            put(body, texts.size(), 4);
            put(body, texts.size() + 1, 4);
            put(body, texts.size() + 2, 4);
            body.append(0x58 - 0x4C, '\0');
            texts.insert(texts.end(), {"p" + number + ".exe", "C:\\p" + number + ".exe", "p -x"});
        }
        std::string heap;
        put(strings, texts.size(), 4);
        for (const std::string& text : texts) {
            put(strings, 4 + texts.size() * 4 + heap.size(), 4);
            put(heap, text.size() * 2 + 2, 4);
            heap += utf16(text) + std::string(2, '\0');
        }
        table += list + body;
        strings += heap;
        std::string head = "PML_";
        put(head, 9, 4);
        put(head, 1, 4);
        head += utf16("BOX");
        head.resize(0x234, '\0');
        put(head, places_.size(), 4);
        put(head, 0, 8);
        std::uint64_t at = kHeader;
        put(head, at, 8);
        for (const std::size_t size : {events_.size(), places.size(), table.size(), strings.size()}) {
            at += size;
            put(head, at, 8);
        }
        head.resize(kHeader, '\0');
        return head + events_ + places + table + strings;
    }

    std::vector<std::uint32_t> places_;

private:
    static constexpr std::size_t kHeader = 0x3A8;
    std::vector<std::uint32_t> processes_;
    std::string events_;
};

}  // namespace trocar::test
