#include <QElapsedTimer>
#include <QPointer>
#include <algorithm>
#include <iterator>

#include "ui/bridge/qt_convert.h"
#include "ui/viewmodel/undo_commands.h"
#include "ui/viewmodel/workspace_private.h"

namespace trocar::ui {

void Workspace::Private::checkFilter() {
    const auto parsed = EventFilter::parse(toUtf8(filterText));
    filterError = parsed.ok() ? QString() : errorMessage(parsed.error());
}

void Workspace::Private::publishFiltered(std::shared_ptr<const std::vector<std::uint32_t>> rows, double ms) {
    filtered = std::move(rows);
    filterMs = ms;
    Q_EMIT q->filteredChanged();
}

void Workspace::Private::startFilter() {
    filterDelay.stop();
    ++filterRun;
    if (!columns || !filterError.isEmpty()) {
        return;
    }
    if (filterText.trimmed().isEmpty() && !timeFilter) {
        filterer.cancel();
        if (filtered) {
            publishFiltered(nullptr, 0);
        }
        return;
    }
    struct Answer {
        std::shared_ptr<const std::vector<std::uint32_t>> rows;
        double ms = 0;
    };
    filterer.run(
        [text = toUtf8(filterText), range = timeFilter, data = columns, facts = capture,
         connection = filtering](std::stop_token stop) -> Result<Answer> {
            QElapsedTimer clock;
            clock.start();
            std::size_t first = 0;
            std::size_t last = data->size();
            if (range) {
                const auto begin = data->time.begin();
                first = static_cast<std::size_t>(
                    std::lower_bound(begin, data->time.end(), range->from) - begin);
                last = static_cast<std::size_t>(std::upper_bound(begin, data->time.end(), range->to) - begin);
            }
            auto filter = EventFilter::parse(text);
            if (!filter.ok()) {
                return filter.error();
            }
            auto rows = std::make_shared<std::vector<std::uint32_t>>();
            if (filter.value().passes_all()) {
                for (std::size_t i = first; i < last; ++i) {
                    rows->push_back(static_cast<std::uint32_t>(i));
                }
            } else {
                if (!connection) {
                    return Error{ErrorKind::usage, "a filter needs a case file", ""};
                }
                auto file = connection->get();
                if (!file.ok()) {
                    return file.error();
                }
                auto passed = filter.value().apply(*data, *facts, *file.value(), stop);
                if (!passed.ok()) {
                    return passed.error();
                }
                for (const std::uint32_t row : passed.value()) {
                    if (row >= first && row < last) {
                        rows->push_back(row);
                    }
                }
            }
            return Answer{std::move(rows), static_cast<double>(clock.nsecsElapsed()) / 1e6};
        },
        [this](Result<Answer>&& answer) {
            if (answer.ok()) {
                publishFiltered(answer.value().rows, answer.value().ms);
            } else {
                fail(answer.error());
            }
        });
}

QString Workspace::filterText() const {
    return d->filterText;
}

const std::optional<TimeRange>& Workspace::timeFilter() const {
    return d->timeFilter;
}

void Workspace::setFilter(const QString& text) {
    if (text == d->filterText) {
        return;
    }
    // Typing merges into one step until the filter has run.
    d->undo.push(new ValueCommand<QString>(tr("filter"), QStringLiteral("filter %1").arg(d->filterRun), true,
                                           d->filterText, text,
                                           [this](const QString& value) {
                                               d->filterText = value;
                                               d->checkFilter();
                                               Q_EMIT filterChanged();
                                               d->filterDelay.start();
                                           }));
}

void Workspace::applyFilterNow() {
    d->startFilter();
}

void Workspace::setTimeFilter(std::optional<TimeRange> range) {
    if (range == d->timeFilter) {
        return;
    }
    d->undo.push(new ValueCommand<std::optional<TimeRange>>(tr("time filter"), {}, false, d->timeFilter, range,
                                                            [this](const std::optional<TimeRange>& value) {
                                                                d->timeFilter = value;
                                                                Q_EMIT filterChanged();
                                                                d->startFilter();
                                                            }));
}

void Workspace::findEvents(const QString& text, QObject* context,
                           std::function<void(const Result<std::vector<std::uint32_t>>&)> done) {
    if (!d->columns) {
        done(std::vector<std::uint32_t>{});
        return;
    }
    d->finder.run(
        [text = toUtf8(text), data = d->columns, facts = d->capture, listed = d->filtered,
         connection = d->finding](std::stop_token stop) -> Result<std::vector<std::uint32_t>> {
            auto filter = EventFilter::parse(text);
            if (!filter.ok()) {
                return filter.error();
            }
            if (filter.value().passes_all() || !connection) {
                return std::vector<std::uint32_t>{};
            }
            auto file = connection->get();
            if (!file.ok()) {
                return file.error();
            }
            auto passed = filter.value().apply(*data, *facts, *file.value(), stop);
            connection->release();  // an import must find no reader that holds an old state
            if (passed.ok() && listed) {
                std::vector<std::uint32_t> both;
                std::set_intersection(passed.value().begin(), passed.value().end(), listed->begin(), listed->end(),
                                      std::back_inserter(both));
                return both;
            }
            return passed;
        },
        [alive = QPointer<QObject>(context), done = std::move(done)](Result<std::vector<std::uint32_t>>&& passed) {
            if (alive) {
                done(passed);
            }
        });
}

QString Workspace::filterError() const {
    return d->filterError;
}

std::shared_ptr<const std::vector<std::uint32_t>> Workspace::filtered() const {
    return d->filtered;
}

double Workspace::filterMilliseconds() const {
    return d->filterMs;
}

}  // namespace trocar::ui
