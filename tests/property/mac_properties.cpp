// AN1401 on random signals of Macs: windows equal every path written out, for every choice of combinations; refused requests and
// signals of other systems link nothing; the reach of a choice is within that of a wider one.
#include <QTest>

#include <array>
#include <string>

#include "tests/property/every_path.h"
#include "tests/property/random_seed.h"
#include "tests/support/made_signals.h"

using namespace trocar;
using trocar::test::by_paths;
using trocar::test::Draw;
using trocar::test::MadeCapture;
using trocar::test::MadeSignal;

namespace {

namespace mf = mac_flag;
constexpr int kInstances = 1'500;
constexpr std::uint32_t kM = signal_flag::kMac;

MadeCapture random_mac(Draw& draw) {
    constexpr std::int64_t kTick = 100'000'000;
    constexpr std::array<const char*, 4> kPaths{"/private/tmp/inj", "/usr/bin/sample", "/Applications/A.app/Contents/MacOS/A",
                                                "/Users/x/b"};
    struct Kind {
        Role role;
        std::uint64_t value;
        std::uint32_t flags;
        bool own;
    };
    constexpr std::array<Kind, 10> kKinds{{{Role::access, mac_access::kControlPort, 0, false},
                                           {Role::access, mac_access::kTrace, 0, false},
                                           {Role::read, mac_access::kReadPort, 0, false},
                                           {Role::suspend, 0, 0, false},
                                           {Role::resume, 0, 0, false},
                                           {Role::execute, 0, mf::kRunning, false},
                                           {Role::create, 0, mf::kInserted, false},
                                           {Role::load, 0, mf::kInserted, true},
                                           {Role::load, 0, signal_flag::kUserWritablePath, true},
                                           {Role::tamper, 0, 0, true}}};
    MadeCapture made;
    const std::uint32_t processes = 2 + draw.below(2);
    for (std::uint32_t i = 0; i < processes; ++i) {
        made.processes.push_back({"p" + std::to_string(i), kPaths[draw.below(kPaths.size())], 100 + i, -1, {}});
    }
    const std::uint32_t events = 2 + draw.below(7);
    for (std::uint32_t i = 0; i < events; ++i) {
        const Kind& kind = kKinds[draw.below(kKinds.size())];
        MadeSignal s;
        s.role = kind.role;
        s.value = kind.value;
        s.flags = kM | kind.flags | (draw.one_in(6) ? mf::kDenied : 0U);
        if (draw.one_in(8)) {
            s.flags = draw.one_in(2) ? 0U : signal_flag::kLinux;  // of another system beside it
        }
        s.time = {1'700'000'000'000'000'000 + kTick * static_cast<std::int64_t>(draw.below(9))};
        const bool usual = !draw.one_in(4);
        s.target = usual ? 1 : static_cast<int>(draw.below(processes));
        s.source = kind.own ? -1 : usual ? 0 : static_cast<int>(draw.below(processes));
        s.record = i + 1;
        made.events.push_back(s);
    }
    return made;
}

const ParameterSpec& context() { return *find_analytic("AN1401")->parameter("MachSyscallContext"); }

NameListValue random_combinations(Draw& draw) {
    NameListValue chosen = std::get<NameListValue>(context().maximum);
    std::erase_if(chosen.names, [&](const std::string&) { return draw.one_in(3); });
    return chosen;
}

FindingView view_of(const std::shared_ptr<const Capture>& capture, const NameListValue& combinations) {
    ParameterSet parameters;
    parameters.set(context(), combinations);
    auto analysis = Analysis::run(capture, *find_analytic("AN1401"), parameters, {});
    Q_ASSERT(analysis.ok());
    FindingView view(analysis.value(), parameters, false);
    view.set_window(kInfiniteNanos, WindowMeasure::span);
    return view;
}

}  // namespace

class MacProperties : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void windowsAreThoseOfEveryPath() {
        Draw draw(test::test_seed());
        int linked = 0;
        for (int k = 0; k < kInstances; ++k) {
            const FindingView view = view_of(random_mac(draw).build(), random_combinations(draw));
            const Analysis::Data& data = view.analysis().data();
            for (const AnchorRun& run : data.index->runs) {
                for (const auto& [group, window] : by_paths(data, run)) {
                    QCOMPARE(data.windows[group].span, window.first);
                    QCOMPARE(data.windows[group].gap, window.second);
                    linked += window.first != kInfiniteNanos ? 1 : 0;
                }
            }
        }
        QVERIFY(linked > kInstances / 20);  // the captures do hold chains
    }

    void moreCombinationsLinkNoLess() {
        Draw draw(test::test_seed());
        for (int k = 0; k < kInstances; ++k) {
            const auto capture = random_mac(draw).build();
            const FindingView some = view_of(capture, random_combinations(draw));
            const FindingView all = view_of(capture, std::get<NameListValue>(context().maximum));
            const FindingView none = view_of(capture, NameListValue{});
            QVERIFY(some.counts().chains <= all.counts().chains);
            QCOMPARE(none.counts().chains, 0U);
            QVERIFY(none.counts().lone >= all.counts().lone);
        }
    }

    void refusedAndForeignSignalsLinkNothing() {
        Draw draw(test::test_seed());
        for (int k = 0; k < kInstances; ++k) {
            const MadeCapture all = random_mac(draw);
            MadeCapture kept = all;
            std::erase_if(kept.events, [](const MadeSignal& s) { return (s.flags & mf::kDenied) != 0 || (s.flags & kM) == 0; });
            const NameListValue combinations = random_combinations(draw);
            const FindingView a = view_of(all.build(), combinations), b = view_of(kept.build(), combinations);
            QCOMPARE(a.counts().chains, b.counts().chains);
            QCOMPARE(a.counts().lone, b.counts().lone);
        }
    }
};

QTEST_APPLESS_MAIN(MacProperties)
#include "mac_properties.moc"
