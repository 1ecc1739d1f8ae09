// Coverage of AN1399 from a capture made of literals.
#include <QTest>

#include <algorithm>

#include "core/report/exporter.h"
#include "core/report/report_row.h"
#include "core/report/svg.h"

using namespace trocar;

namespace {

/// Two hosts, named out of order; accesses on one of them, half without a call trace.
Capture capture_of_two_hosts() {
    Capture capture;
    auto strings = std::make_shared<StringTable>();
    capture.hosts = {strings->intern("WS02"), strings->intern("WS01"), strings->intern("SILENT")};
    ProcessLife life;
    life.host = HostId{1};
    capture.processes.lives = {life, life};
    capture.strings = std::move(strings);
    SignalTable& signals = capture.signals;
    for (int i = 0; i < 4; ++i) {
        signals.time.push_back({i});
        signals.event.push_back({static_cast<std::uint32_t>(i)});
        signals.value.push_back(0x1fffff);
        signals.text.push_back({0});
        signals.flags.push_back(i % 2 == 0 ? signal_flag::kNoCallTrace : 0U);
        signals.role.push_back(Role::access);
    }
    signals.pairs = {{ProcessId{0}, ProcessId{1}, 0, 4}};
    capture.operations = {{HostId{1}, Operation::process_access, 4, {1}, {9}, {{{3}, {7}}}},
                          {HostId{1}, Operation::remote_thread, 2, {5}, {6}, {}},
                          {HostId{0}, Operation::process_create, 7, {1}, {2}, {}},
                          {HostId{2}, Operation::generic, 0, {}, {}, {}}};
    return capture;
}

Analytic analytic_named(std::string_view id) {
    Analytic analytic;
    analytic.id = id;
    return analytic;
}

const Analytic& windows() {
    static const Analytic analytic = analytic_named("AN1399");
    return analytic;
}

}  // namespace

class CoverageTest final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void rows_come_by_host_name_and_component() {
        const std::vector<CoverageRow> rows = coverage(capture_of_two_hosts(), windows());
        QCOMPARE(rows.size(), std::size_t{12});  // two hosts with events, six components; the silent one has none
        QCOMPARE(rows.front().host, std::string("WS01"));
        QCOMPARE(rows.back().host, std::string("WS02"));
    }

    void present_gaps_and_absent_are_told_apart() {
        const std::vector<CoverageRow> rows = coverage(capture_of_two_hosts(), windows());
        const auto row = [&](std::string_view host, std::string_view telemetry) {
            return *std::find_if(rows.begin(), rows.end(),
                                 [&](const CoverageRow& r) { return r.host == host && r.telemetry == telemetry; });
        };
        const CoverageRow access = row("WS01", "Sysmon 10");
        QCOMPARE(access.count, std::uint64_t{4});
        QCOMPARE(access.first.count, std::int64_t{1});
        QCOMPARE(access.last.count, std::int64_t{9});
        QCOMPARE(access.gaps.size(), std::size_t{1});
        QCOMPARE(access.quality, std::string("CallTrace is empty in 50 % of them"));
        QVERIFY(access.meaning.empty());
        const CoverageRow load = row("WS01", "Sysmon 7");
        QCOMPARE(load.count, std::uint64_t{0});
        QVERIFY(load.meaning.find("ImageLoad") != std::string::npos);
        QVERIFY(load.first.none() && load.quality.empty());
        QVERIFY(row("WS02", "Sysmon 10").meaning.find("No chain") != std::string::npos);
    }

    void an_analytic_without_components_has_no_rows() {
        QVERIFY(coverage(capture_of_two_hosts(), analytic_named("AN0000")).empty());
    }

    void names_of_evidence_hold_no_folder_of_this_machine() {
        QCOMPARE(evidence_name("/home/ada/cases/x.evtx"), std::string("x.evtx"));
        QCOMPARE(evidence_name("C:\\cases\\x.zip!/logs/Sysmon.evtx"), std::string("x.zip!/logs/Sysmon.evtx"));
        QCOMPARE(evidence_name(""), std::string());
    }

    void figures_write_numbers_without_locale_or_excess() {
        QCOMPARE(svg_number(1.0), std::string("1"));
        QCOMPARE(svg_number(-0.001), std::string("0"));
        QCOMPARE(svg_number(12.345), std::string("12.35"));
        QCOMPARE(svg_number(1.0 / 0.0), std::string("0"));
        QCOMPARE(elided("abcdef", 4), std::string("abc\u2026"));
        QCOMPARE(elided("abcd", 4), std::string("abcd"));
        QCOMPARE(elided("\u00e4\u00f6\u00fc\u00df\u00e9", 4), std::string("\u00e4\u00f6\u00fc\u2026"));
        Svg svg(10, 10, "a\"b<c");
        svg.text(1, 2, Svg::Anchor::middle, "x", "</svg><script>");
        QCOMPARE(svg.finish(), std::string("<svg viewBox=\"0 0 10 10\" width=\"10\" height=\"10\" role=\"img\" aria-label=\""
                                           "a&quot;b&lt;c\"><text class=\"x\" x=\"1\" y=\"2\" text-anchor=\"middle\">"
                                           "&lt;/svg&gt;&lt;script&gt;</text></svg>"));
    }
};

QTEST_APPLESS_MAIN(CoverageTest)
#include "coverage_test.moc"
