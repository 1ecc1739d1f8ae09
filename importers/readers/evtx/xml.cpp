#include "importers/readers/evtx/xml.h"

#include <array>
#include <string_view>

#include "importers/readers/evtx/tree.h"
#include "importers/readers/evtx/utf16.h"

namespace trocar::evtx {
namespace {

void append_escaped(std::string_view text, bool attribute, std::string& out) {
    for (const char c : text) {
        switch (c) {
            case '&': out += "&amp;"; break;
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            case '"': out += attribute ? "&quot;" : "\""; break;
            case '\t':
            case '\n': out += attribute ? "&#" + std::to_string(c) + ';' : std::string(1, c); break;
            default:
                if (static_cast<unsigned char>(c) < 0x20) {
                    out += "&#" + std::to_string(static_cast<int>(c)) + ';';
                } else {
                    out += c;
                }
        }
    }
}

class Writer {
public:
    explicit Writer(const Tree& tree) : tree_(tree) {}

    bool root() {
        for (const Node* child = first(tree_.node(0)); child != nullptr; child = next(*child)) {
            if (child->kind == NodeKind::element || child->kind == NodeKind::instruction) {
                if (!element(*child, 0)) {
                    return false;
                }
            }
        }
        return !full(out_);
    }
    std::string take() { return std::move(out_); }

private:
    const Node* first(const Node& node) const {
        return node.first_child == kNoNode ? nullptr : &tree_.node(node.first_child);
    }
    const Node* next(const Node& node) const { return node.next == kNoNode ? nullptr : &tree_.node(node.next); }

    [[nodiscard]] static bool full(const std::string& out) { return out.size() > kMaxXmlText; }

    bool element(const Node& node, std::size_t level) {
        if (full(out_)) {
            return false;
        }
        if (node.dropped) {
            return true;
        }
        if (node.kind == NodeKind::instruction) {
            out_.append(level * 2, ' ') += "<?" + utf8_of(node.bytes);
            if (!node.more.empty()) {
                out_ += ' ' + utf8_of(node.more);
            }
            out_ += "?>\n";
            return true;
        }
        // An array as the element's only value repeats the element.
        const Node* only = first(node);
        if (only != nullptr && only->next == kNoNode && only->kind == NodeKind::value &&
            (only->type & kTypeArray) != 0 && !only->bytes.empty()) {
            Bytes rest = only->bytes;
            Bytes item;
            const auto type = static_cast<Type>(only->type & ~kTypeArray);
            while (next_of_array(rest, type, item)) {
                std::string text;
                append_value(item, type, text);
                if (full(out_)) {
                    return false;
                }
                start(node, level);
                if (text.empty()) {
                    out_ += "/>\n";
                    continue;
                }
                out_ += '>';
                append_escaped(text, false, out_);
                end(node);
            }
            return true;
        }
        start(node, level);
        if (only == nullptr) {
            out_ += "/>\n";
            return true;
        }
        bool elements = false;
        std::string text;
        for (const Node* child = only; child != nullptr; child = next(*child)) {
            elements = elements || child->kind == NodeKind::element || child->kind == NodeKind::instruction;
            append_part(*child, false, text);
        }
        if (!elements && text.empty()) {
            out_ += "/>\n";
            return true;
        }
        out_ += '>';
        out_ += text;
        if (elements) {
            out_ += '\n';
            for (const Node* child = only; child != nullptr; child = next(*child)) {
                if ((child->kind == NodeKind::element || child->kind == NodeKind::instruction) &&
                    !element(*child, level + 1)) {
                    return false;
                }
            }
            out_.append(level * 2, ' ');
        }
        end(node);
        return true;
    }

    void start(const Node& node, std::size_t level) {
        out_.append(level * 2, ' ') += '<';
        out_ += utf8_of(without_trailing_nul(node.bytes));
        for (std::uint32_t i = node.first_attribute; i != kNoNode && !full(out_); i = tree_.node(i).next) {
            const Node& attribute = tree_.node(i);
            if (attribute.dropped) {
                continue;
            }
            out_ += ' ' + utf8_of(without_trailing_nul(attribute.bytes)) + "=\"";
            for (const Node* part = first(attribute); part != nullptr; part = next(*part)) {
                append_part(*part, true, out_);
            }
            out_ += '"';
        }
    }

    void end(const Node& node) { out_ += "</" + utf8_of(without_trailing_nul(node.bytes)) + ">\n"; }

    /// Nothing more is added to a text that is too long already: element() then gives up.
    static void append_part(const Node& node, bool attribute, std::string& out) {
        if (full(out)) {
            return;
        }
        switch (node.kind) {
            case NodeKind::text: append_escaped(utf8_of(without_trailing_nul(node.bytes)), attribute, out); break;
            case NodeKind::cdata: out += "<![CDATA[" + utf8_of(node.bytes) + "]]>"; break;
            case NodeKind::char_reference: out += "&#" + std::to_string(node.index) + ';'; break;
            case NodeKind::entity_reference: out += '&' + utf8_of(node.bytes) + ';'; break;
            case NodeKind::value: {
                Bytes rest = node.bytes;
                const auto type = static_cast<Type>(node.type & ~kTypeArray);
                std::string text;
                if ((node.type & kTypeArray) == 0) {
                    append_value(rest, type, text);
                } else {
                    Bytes item;
                    for (bool again = false; next_of_array(rest, type, item); again = true) {
                        text += again ? "," : "";
                        append_value(item, type, text);
                    }
                }
                append_escaped(text, attribute, out);
                break;
            }
            default: break;
        }
    }

    const Tree& tree_;
    std::string out_;
};

}  // namespace

Result<std::string> render_xml(Bytes chunk, const RecordFrame& frame, bool slack) {
    chunk = chunk.first(std::min(chunk.size(), kChunkSize));
    const auto where = [&frame](std::uint32_t offset) {
        return "record " + std::to_string(frame.id) + " at offset " + std::to_string(offset) + " of its chunk: ";
    };
    if (frame.size < kSmallestRecord || frame.offset > chunk.size() || frame.size > chunk.size() - frame.offset) {
        return Error{ErrorKind::unreadable, where(frame.offset) + "it reaches beyond the chunk", ""};
    }
    DefinitionIndex index;
    index.begin_chunk(chunk);
    Tree tree;
    Budget budget;
    Damage damage;
    const std::uint32_t end = frame.offset + frame.size - static_cast<std::uint32_t>(kRecordTrailerSize);
    if (!tree.build_record(chunk, frame.offset + static_cast<std::uint32_t>(kRecordHeaderSize), end,
                           slack ? &index : nullptr, budget, damage)) {
        return Error{ErrorKind::unreadable, where(damage.offset) + damage.what, ""};
    }
    Writer writer(tree);
    if (!writer.root()) {
        return Error{ErrorKind::limit, where(frame.offset) + "its XML is longer than 4 MiB", ""};
    }
    return writer.take();
}

}  // namespace trocar::evtx
