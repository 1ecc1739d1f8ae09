#include "core/report/case_json.h"

#include "core/report/json_text.h"

namespace trocar {
namespace {

std::string_view severity(LossSeverity value) {
    switch (value) {
        case LossSeverity::info: return "info";
        case LossSeverity::warning: return "warning";
        case LossSeverity::error: return "error";
    }
    return "error";
}

OrderedJson source_json(const SourceInfo& source) {
    OrderedJson losses = OrderedJson::array();
    for (const LossCount& loss : source.losses) {
        OrderedJson places = OrderedJson::array();
        for (const LossPlace& place : loss.places) {
            places.push_back({{"record", place.record}, {"offset", place.offset}, {"what", place.what}});
        }
        losses.push_back({{"name", loss.name},
                          {"severity", severity(loss.severity)},
                          {"count", loss.count},
                          {"help", loss.help},
                          {"places", std::move(places)}});
    }
    return {{"path", source.path},
            {"sha256", source.sha256},
            {"size", source.size},
            {"importer", source.importer},
            {"importer_version", source.importer_version},
            {"events", source.events},
            {"first", json_time(source.first_time)},
            {"last", json_time(source.last_time)},
            {"complete", source.complete},
            {"raw_kept", source.raw_kept},
            {"clock_offset_ns", source.clock_offset.count},
            {"losses", std::move(losses)}};
}

}  // namespace

std::string info_json(const CaseInfo& info) {
    OrderedJson sources = OrderedJson::array();
    for (const SourceInfo& source : info.sources) {
        sources.push_back(source_json(source));
    }
    OrderedJson channels = OrderedJson::array();
    for (const ChannelCount& channel : info.channels) {
        channels.push_back({{"host", channel.host},
                            {"provider", channel.provider},
                            {"channel", channel.channel},
                            {"event_id", channel.event_id},
                            {"operation", name(channel.operation)},
                            {"count", channel.count}});
    }
    OrderedJson not_read = OrderedJson::array();
    for (const LogLine& line : info.not_read) {
        not_read.push_back({{"at", json_time(line.at)}, {"what", line.what}});
    }
    const OrderedJson out{{"schema", "trocar/info/1"},
                          {"hosts", info.hosts},
                          {"events", info.events},
                          {"processes", info.processes},
                          {"rejected", info.rejected()},
                          {"first", json_time(info.first_time)},
                          {"last", json_time(info.last_time)},
                          {"sources", std::move(sources)},
                          {"channels", std::move(channels)},
                          {"unfinished", info.unfinished},
                          {"not_read", std::move(not_read)}};
    return dumped(out, 1) + "\n";
}

std::string coverage_json(std::span<const AnalyticCoverage> coverage) {
    OrderedJson analytics = OrderedJson::array();
    for (const AnalyticCoverage& analytic : coverage) {
        OrderedJson rows = OrderedJson::array();
        for (const CoverageRow& row : analytic.rows) {
            OrderedJson gaps = OrderedJson::array();
            for (const auto& [from, to] : row.gaps) {
                gaps.push_back({{"from", json_time(from)}, {"to", json_time(to)}});
            }
            OrderedJson rules = OrderedJson::array();
            for (const CoverageRule& rule : row.rules) {
                rules.push_back({{"by", rule.by}, {"rule", rule.rule}});
            }
            rows.push_back({{"host", row.host},
                            {"component", row.component},
                            {"data_source", row.data_source},
                            {"telemetry", row.telemetry},
                            {"state", row.count == 0 ? "absent" : row.gaps.empty() ? "present" : "gaps"},
                            {"count", row.count},
                            {"first", json_time(row.first)},
                            {"last", json_time(row.last)},
                            {"gaps", std::move(gaps)},
                            {"quality", row.quality},
                            {"meaning", row.meaning},
                            {"step", row.step},
                            {"rules", std::move(rules)}});
        }
        analytics.push_back({{"analytic", analytic.analytic}, {"rows", std::move(rows)}});
    }
    const OrderedJson out{{"schema", "trocar/coverage/1"}, {"analytics", std::move(analytics)}};
    return dumped(out, 1) + "\n";
}

}  // namespace trocar
