#include <array>
#include <utility>

#include "core/base/text.h"
#include "core/detect/access_rights.h"
#include "core/model/operation.h"
#include "core/store/filter_node.h"

namespace trocar {
namespace {

using Node = EventFilter::Node;

enum class TokenKind : std::uint8_t { end, word, quoted, op, open, close };

struct Token {
    TokenKind kind = TokenKind::end;
    std::string text;
    FilterOp op = FilterOp::contains;
    std::size_t column = 1;
};

Error at_column(std::size_t column, const std::string& what) {
    return {ErrorKind::usage, "column " + std::to_string(column) + ": " + what,
            "for example: target.image ~ notepad and access has VM_WRITE"};
}

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool ends_word(char c) { return is_space(c) || c == '(' || c == ')' || c == '"' || c == '~' || c == '=' || c == '!' || c == '<' || c == '>'; }

Result<std::vector<Token>> tokens_of(std::string_view text) {
    std::vector<Token> tokens;
    std::size_t i = 0;
    while (i < text.size()) {
        const char c = text[i];
        const char next = i + 1 < text.size() ? text[i + 1] : '\0';
        Token token;
        token.column = i + 1;
        if (is_space(c)) {
            ++i;
            continue;
        }
        if (c == '(' || c == ')') {
            token.kind = c == '(' ? TokenKind::open : TokenKind::close;
            ++i;
        } else if (c == '"') {
            token.kind = TokenKind::quoted;
            for (++i; i < text.size() && text[i] != '"'; ++i) {
                // Only \" is an escape: paths are full of single backslashes.
                if (text[i] == '\\' && i + 1 < text.size() && text[i + 1] == '"') {
                    ++i;
                }
                token.text += text[i];
            }
            if (i == text.size()) {
                return at_column(token.column, "this quote is not closed");
            }
            ++i;
        } else if (c == '~' || c == '=' || c == '<' || c == '>' || c == '!') {
            token.kind = TokenKind::op;
            std::size_t length = 2;
            if (c == '!' && next == '=') {
                token.op = FilterOp::not_equal;
            } else if (c == '!' && next == '~') {
                token.op = FilterOp::contains_not;
            } else if (c == '<' && next == '=') {
                token.op = FilterOp::less_equal;
            } else if (c == '>' && next == '=') {
                token.op = FilterOp::greater_equal;
            } else if (c == '=' && next == '=') {
                token.op = FilterOp::equal;
            } else if (c == '!') {
                return at_column(token.column, "\"!\" stands before = or ~ only; to negate a test write not");
            } else {
                length = 1;
                token.op = c == '~' ? FilterOp::contains
                           : c == '=' ? FilterOp::equal
                           : c == '<' ? FilterOp::less
                                      : FilterOp::greater;
            }
            i += length;
        } else {
            token.kind = TokenKind::word;
            for (; i < text.size() && !ends_word(text[i]); ++i) {
                token.text += text[i];
            }
        }
        tokens.push_back(std::move(token));
    }
    Token end;
    end.column = text.size() + 1;
    tokens.push_back(end);
    return tokens;
}

struct FieldName {
    std::string_view name;
    FilterField field;
};
constexpr std::array<FieldName, 15> kFields{{{"time", FilterField::time},
                                             {"host", FilterField::host},
                                             {"channel", FilterField::channel},
                                             {"provider", FilterField::provider},
                                             {"event_id", FilterField::event_id},
                                             {"eventid", FilterField::event_id},
                                             {"operation", FilterField::operation},
                                             {"source.image", FilterField::source_image},
                                             {"source.pid", FilterField::source_pid},
                                             {"target.image", FilterField::target_image},
                                             {"target.pid", FilterField::target_pid},
                                             {"image", FilterField::image},
                                             {"pid", FilterField::pid},
                                             {"access", FilterField::access},
                                             {"text", FilterField::text}}};

bool is_ordering(FilterOp op) {
    return op == FilterOp::less || op == FilterOp::less_equal || op == FilterOp::greater || op == FilterOp::greater_equal;
}
bool is_containing(FilterOp op) { return op == FilterOp::contains || op == FilterOp::contains_not; }

class Parser {
public:
    explicit Parser(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

    Result<std::unique_ptr<Node>> whole() {
        if (peek().kind == TokenKind::end) {
            return std::unique_ptr<Node>();
        }
        Result<std::unique_ptr<Node>> root = any_of();
        if (root.ok() && peek().kind != TokenKind::end) {
            return at_column(peek().column, peek().kind == TokenKind::close ? "there is no ( for this )"
                                                                            : "expected and, or, or the end");
        }
        return root;
    }

private:
    [[nodiscard]] const Token& peek(std::size_t ahead = 0) const {
        return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
    }
    Token take() { return tokens_[at_ + 1 < tokens_.size() ? at_++ : at_]; }
    [[nodiscard]] bool is_keyword(std::string_view word, std::size_t ahead = 0) const {
        return peek(ahead).kind == TokenKind::word && equal_ignoring_case(peek(ahead).text, word);
    }

    Result<std::unique_ptr<Node>> joined(Node::Kind kind, std::vector<std::unique_ptr<Node>> parts) {
        if (parts.size() == 1) {
            return std::move(parts.front());
        }
        auto node = std::make_unique<Node>();
        node->kind = kind;
        node->children = std::move(parts);
        return node;
    }

    Result<std::unique_ptr<Node>> any_of() {
        std::vector<std::unique_ptr<Node>> parts;
        for (;;) {
            Result<std::unique_ptr<Node>> part = all_of();
            if (!part.ok()) {
                return part;
            }
            parts.push_back(std::move(part).value());
            if (!is_keyword("or")) {
                return joined(Node::Kind::any_of, std::move(parts));
            }
            static_cast<void>(take());
        }
    }

    Result<std::unique_ptr<Node>> all_of() {
        std::vector<std::unique_ptr<Node>> parts;
        for (;;) {
            Result<std::unique_ptr<Node>> part = negated();
            if (!part.ok()) {
                return part;
            }
            parts.push_back(std::move(part).value());
            if (is_keyword("and")) {
                static_cast<void>(take());
            } else if (peek().kind == TokenKind::end || peek().kind == TokenKind::close || is_keyword("or") ||
                       peek().kind == TokenKind::op) {
                return joined(Node::Kind::all_of, std::move(parts));
            }  // else: terms side by side mean "and"
        }
    }

    Result<std::unique_ptr<Node>> negated() {
        if (++depth_ > kMaxFilterDepth) {
            return at_column(peek().column, "the filter is nested deeper than " + std::to_string(kMaxFilterDepth));
        }
        Result<std::unique_ptr<Node>> out = is_keyword("not") && peek(1).kind != TokenKind::op ? negation() : primary();
        --depth_;
        return out;
    }

    Result<std::unique_ptr<Node>> negation() {
        static_cast<void>(take());
        Result<std::unique_ptr<Node>> inner = negated();
        if (!inner.ok()) {
            return inner;
        }
        std::vector<std::unique_ptr<Node>> parts;
        parts.push_back(std::move(inner).value());
        auto node = std::make_unique<Node>();
        node->kind = Node::Kind::none_of;
        node->children = std::move(parts);
        return node;
    }

    Result<std::unique_ptr<Node>> primary() {
        if (peek().kind != TokenKind::open) {
            return term();
        }
        const std::size_t column = take().column;
        Result<std::unique_ptr<Node>> inner = any_of();
        if (!inner.ok()) {
            return inner;
        }
        if (peek().kind != TokenKind::close) {
            return at_column(column, "there is no ) for this (");
        }
        static_cast<void>(take());
        return inner;
    }

    Result<std::unique_ptr<Node>> term() {
        if (++tests_ > kMaxFilterTests) {
            return at_column(peek().column, "the filter has more than " + std::to_string(kMaxFilterTests) + " tests");
        }
        const Token first = take();
        if (first.kind == TokenKind::op) {
            return at_column(first.column, "expected a field or a word before this");
        }
        if (first.kind == TokenKind::end || first.kind == TokenKind::close) {
            return at_column(first.column, "expected a field, a word or \"a text\" here");
        }
        auto node = std::make_unique<Node>();
        const bool tested = peek().kind == TokenKind::op ||
                            (is_keyword("has") && (peek(1).kind == TokenKind::word || peek(1).kind == TokenKind::quoted));
        if (!tested) {
            if (first.kind == TokenKind::word && (is_word(first, "and") || is_word(first, "or") || is_word(first, "not"))) {
                return at_column(first.column, "expected a field or a word, not \"" + first.text + "\"");
            }
            if (first.text.empty()) {
                return at_column(first.column, "an empty text is in every event");
            }
            node->value = first.text;
            node->number = parse_number(first.text);
            return node;
        }
        const Token op = take();
        node->op = op.kind == TokenKind::op ? op.op : FilterOp::has;
        const Token value = take();
        if (value.kind != TokenKind::word && value.kind != TokenKind::quoted) {
            return at_column(value.column, "expected a value here");
        }
        node->name = first.text;
        node->value = value.text;
        node->number = parse_number(value.text);
        node->field = FilterField::other;
        for (const FieldName& known : kFields) {
            if (equal_ignoring_case(known.name, first.text)) {
                node->field = known.field;
            }
        }
        return checked(std::move(node), first, op, value);
    }

    static bool is_word(const Token& token, std::string_view word) { return equal_ignoring_case(token.text, word); }

    static Result<std::unique_ptr<Node>> checked(std::unique_ptr<Node> node, const Token& first, const Token& op,
                                                 const Token& value) {
        const auto wrong = [](const Token& where, const std::string& what) { return at_column(where.column, what); };
        if (node->op == FilterOp::has && node->field != FilterField::access) {
            return wrong(op, "has tests rights: write access has VM_WRITE");
        }
        switch (node->field) {
            case FilterField::time:
                if (is_containing(node->op)) {
                    return wrong(op, "time is compared with = < <= > >=");
                }
                if (!parse_time_span(value.text, node->from, node->to)) {
                    return wrong(value, "expected a time like \"2020-08-07 18:32:30\" (UTC)");
                }
                break;
            case FilterField::event_id:
            case FilterField::source_pid:
            case FilterField::target_pid:
            case FilterField::pid:
                if (is_containing(node->op)) {
                    return wrong(op, first.text + " is a number: compare it with = < <= > >=");
                }
                if (!node->number) {
                    return wrong(value, "expected a number");
                }
                break;
            case FilterField::access: {
                if (is_containing(node->op)) {
                    return wrong(op, "access is compared with has, = < <= > >=");
                }
                node->number = parse_rights(value.text);
                if (!node->number) {
                    return wrong(value, "expected rights like VM_WRITE, VM_WRITE|VM_OPERATION or 0x28");
                }
                break;
            }
            case FilterField::operation: {
                Operation operation = Operation::generic;
                if (is_ordering(node->op)) {
                    return wrong(op, "operation is compared with = or ~");
                }
                if (!is_containing(node->op) && !operation_from_name(value.text, operation)) {
                    return wrong(value, "there is no operation \"" + value.text + "\"; for example ProcessAccess, "
                                        "CreateRemoteThread, ImageLoad, ProcessCreate");
                }
                break;
            }
            case FilterField::host:
            case FilterField::channel:
            case FilterField::provider:
            case FilterField::source_image:
            case FilterField::target_image:
            case FilterField::image:
            case FilterField::text:
                if (is_ordering(node->op)) {
                    return wrong(op, first.text + " is a text: compare it with ~ or =");
                }
                break;
            case FilterField::any:
            case FilterField::other: break;
        }
        return node;
    }

    std::vector<Token> tokens_;
    std::size_t at_ = 0;
    int depth_ = 0;
    std::size_t tests_ = 0;
};

}  // namespace

bool parse_time_span(std::string_view text, UtcNanos& from, UtcNanos& to) {
    constexpr std::size_t kDate = 10, kMinute = 16, kSecond19 = 19;
    text = trimmed(text);
    std::string whole(text);
    std::int64_t width = kSecond.count;
    if (text.size() == kDate) {
        whole += " 00:00:00";
        width = 86'400 * kSecond.count;
    } else if (text.size() == kMinute) {
        whole += ":00";
        width = 60 * kSecond.count;
    } else if (text.size() > kSecond19 && text[kSecond19] == '.') {
        for (std::size_t i = kSecond19 + 1; i < text.size() && text[i] >= '0' && text[i] <= '9' && width > 1; ++i) {
            width /= 10;
        }
    }
    const auto time = parse_iso_time(whole);
    if (!time || time->none()) {
        return false;
    }
    from = *time;
    to = shifted(from, {width});
    return true;
}

std::optional<std::uint64_t> parse_rights(std::string_view text) {
    std::uint64_t bits = 0;
    while (!text.empty()) {
        const std::size_t end = text.find_first_of("|,+");
        const std::string_view part = trimmed(text.substr(0, end));
        text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
        if (const auto number = parse_number(part); number) {
            bits |= *number;
            continue;
        }
        bool known = false;
        for (const AccessRight& right : kAccessRights) {
            constexpr std::string_view kPrefix = "PROCESS_";
            const std::string_view bare =
                right.name.starts_with(kPrefix) ? right.name.substr(kPrefix.size()) : right.name;
            if (equal_ignoring_case(part, right.name) || equal_ignoring_case(part, bare)) {
                bits |= right.bit;
                known = true;
            }
        }
        if (!known) {
            return std::nullopt;
        }
    }
    return bits == 0 ? std::nullopt : std::optional(bits);
}

Result<std::unique_ptr<EventFilter::Node>> parse_filter(std::string_view text) {
    if (text.size() > kMaxFilterText) {
        return at_column(kMaxFilterText, "the filter is longer than 64 KiB");
    }
    Result<std::vector<Token>> tokens = tokens_of(text);
    if (!tokens.ok()) {
        return tokens.error();
    }
    return Parser(std::move(tokens).value()).whole();
}

}  // namespace trocar
