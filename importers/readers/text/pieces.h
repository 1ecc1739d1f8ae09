#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "core/ingest/importer.h"
#include "importers/readers/text/text_window.h"

namespace trocar {

/// Cuts a text file into records and hands each on with its raw place, in raw blocks of about 64 KiB. Where a record begins
/// and ends is the caller's to say. Memory is one window of text. Thread safety: one thread.
class Pieces {
public:
    static constexpr std::size_t kMaxPiece = 8U << 20U;
    static constexpr std::size_t kBlockBytes = 64U << 10U;
    static constexpr std::size_t kMore = std::string_view::npos;

    struct Piece {
        std::string_view text;  ///< TextWindow::kPadding readable bytes follow
        RawPlace raw;
        std::uint64_t ordinal = 0, offset = 0;  ///< counted from 1; offset in the file
    };
    /// Looks at text[at], calls add() for what it takes and returns where to go on, beyond `at`; kMore when the text must
    /// grow first (never when `whole`).
    using Next = std::function<std::size_t(std::string_view text, std::size_t at, bool whole)>;
    using Take = std::function<void(const Piece&)>;

    Pieces(Input& input, EventSink& sink, std::stop_token stop)
        : name_(input.name()), sink_(sink), stop_(std::move(stop)), window_(input) {}

    /// `skipped`: characters between records. A piece is at most kMaxPiece long, unless Next allows more (16 MiB at most).
    [[nodiscard]] Status run(std::string_view skipped, const Next& next, const Take& take);
    /// A piece of the text given to Next; with `loss` it is counted in place of being handed on, its first 64 KiB kept.
    void add(std::size_t at, std::size_t length, const LossKind* loss = nullptr);

private:
    struct Found {
        std::size_t at = 0, length = 0;
        const LossKind* loss = nullptr;
        std::uint64_t ordinal = 0;
    };
    void flush(std::size_t end, const Take& take);

    const std::string& name_;
    EventSink& sink_;
    std::stop_token stop_;
    TextWindow window_;
    std::vector<Found> found_;
    std::uint64_t ordinal_ = 0;
};

}  // namespace trocar
