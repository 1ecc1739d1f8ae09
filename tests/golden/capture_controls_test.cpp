// Every control of AN1399 over every real Windows capture: what is said of a value (what makes a chain vanish, the curve,
// the names of targets) is what correlating at that value gives.
#include <QDirIterator>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <set>

#include "core/base/text.h"
#include "core/detect/access_rights.h"
#include "core/detect/analysis.h"
#include "core/store/case_file.h"
#include "core/store/import_case.h"
#include "importers/builtin_importers.h"
#include "tests/golden/cli_runner.h"

using namespace trocar;

namespace {

using Ids = std::set<ChainId>;

const Analytic& an1399() {
    const auto& all = builtin_analytics();
    return *std::find_if(all.begin(), all.end(), [](const Analytic& a) { return a.id == "AN1399"; });
}

ParameterSet with(ParameterSet base, std::string_view name, ParameterValue value) {
    base.set(*an1399().parameter(name), std::move(value));
    return base;
}

Ids chains_shown(const FindingView& view) {
    Ids out;
    for (const Finding& row : view.rows()) {
        if (row.kind == FindingKind::chain && view.is_visible(row)) {
            out.insert(row.id);
        }
    }
    return out;
}

/// Rights by name, as bits.
std::uint32_t bits_of(const std::vector<std::string>& names) {
    std::uint32_t bits = 0;
    for (const AccessRight& right : kAccessRights) {
        bits |= std::find(names.begin(), names.end(), right.name) != names.end() ? right.bit : 0;
    }
    return bits;
}

/// Each right alone, all but it, the default, and nothing missing.
std::vector<std::uint32_t> masks_to_try() {
    std::vector<std::uint32_t> masks{kVmWrite | kVmOperation, kAllAccess};
    for (const AccessRight& right : kAccessRights) {
        masks.push_back(right.bit);
        masks.push_back(kAllAccess & ~right.bit);
    }
    return masks;
}

}  // namespace

class CaptureControlsTest final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        if (test::capture_folder().isEmpty()) {
            QSKIP("NO REAL CAPTURES: set TROCAR_DATA to a folder with truth.json; this test proves nothing now");
        }
    }

    void controls_keep_their_word_data() {
        QTest::addColumn<QString>("path");
        QDirIterator files(test::capture_folder() + QStringLiteral("/windows"), QDir::Files);
        while (files.hasNext()) {
            const QString path = files.next();
            if (!path.endsWith(QLatin1String("manifest.json"))) {
                QTest::newRow(files.fileName().toUtf8().constData()) << path;
            }
        }
    }

    void controls_keep_their_word() {
        QFETCH(QString, path);
        const QTemporaryDir folder;
        const std::string file = folder.filePath(QStringLiteral("x.trocar")).toStdString();
        const auto imported = import_evidence(file, {path.toStdString()}, {}, builtin_importers(), {});
        QVERIFY2(imported.ok(), imported.ok() ? "" : imported.error().message.c_str());
        const auto loaded = CaseFile::open(file, CaseFile::Mode::read_only).value()->load_capture();
        QVERIFY2(loaded.ok(), loaded.ok() ? "" : loaded.error().message.c_str());
        capture_ = loaded.value();
        for (const MaskValue base : {MaskValue{kVmWrite | kVmOperation, true}, MaskValue{kVmWrite | kVmOperation, false}}) {
            masks_vanish_as_said(base, Nanos{10 * kSecond.count});
            masks_vanish_as_said(base, Nanos{24 * 3600 * kSecond.count});
        }
        windows_follow_the_curve(WindowMeasure::span);
        windows_follow_the_curve(WindowMeasure::gap);
        only_a_name_leaves_its_targets();
    }

    void cleanupTestCase() {
        if (!test::capture_folder().isEmpty()) {
            qInfo("%zu chains, %zu windows, %zu names asked", chains_asked_, windows_asked_, names_asked_);
            QVERIFY2(chains_asked_ > 50 && windows_asked_ > 100 && names_asked_ > 20, "the captures asked hardly anything");
        }
    }

private:
    std::shared_ptr<const Analysis> run(const ParameterSet& parameters) const {
        return Analysis::run(capture_, an1399(), parameters, {}).value();
    }
    static FindingView view_of(std::shared_ptr<const Analysis> analysis, const ParameterSet& parameters) {
        FindingView view(std::move(analysis), parameters, false);
        view.set_window(parameters.duration(*an1399().parameter("TimeWindow")),
                        std::get<WindowMeasure>(parameters.get(*an1399().parameter("Window"))));
        return view;
    }
    FindingView view_at(const ParameterSet& parameters) const { return view_of(run(parameters), parameters); }
    std::string target_name(const Finding& row) const {
        const std::string_view path = capture_->strings->text(capture_->processes.lives[row.target.value].image);
        return lower_ascii(path.substr(path.find_last_of('\\') + 1));
    }
    void masks_vanish_as_said(MaskValue base, Nanos window) {
        const ParameterSet wide = with({}, "TimeWindow", window);
        const auto chains_at = [&](MaskValue mask) { return chains_shown(view_at(with(wide, "AccessMask", mask))); };
        const FindingView view = view_at(with(wide, "AccessMask", base));
        struct Said {
            ChainId id;
            std::uint32_t all = 0, any = 0;
        };
        std::vector<Said> said;
        for (const Finding& row : view.rows()) {
            if (row.kind == FindingKind::chain && view.is_visible(row)) {
                const Explanation why = view.explain(row);
                said.push_back({row.id, bits_of(why.rights_all), bits_of(why.rights_any)});
            }
        }
        if (said.empty()) {
            return;
        }
        const std::uint32_t required = base.all ? base.bits : 0;
        for (const AccessRight& right : kAccessRights) {
            const Ids left = chains_at({required | right.bit, true});
            for (const Said& chain : said) {
                QCOMPARE(left.contains(chain.id), (chain.all & right.bit) == 0);
            }
        }
        for (const std::uint32_t mask : masks_to_try()) {
            const Ids left = chains_at({mask, false});
            const Ids strict = chains_at({mask | required, true});
            for (const Said& chain : said) {
                QCOMPARE(left.contains(chain.id), (chain.any & mask) != 0);
                QVERIFY(!strict.contains(chain.id) || (chain.all & mask) == 0);
            }
        }
        chains_asked_ += said.size();
    }

    void windows_follow_the_curve(WindowMeasure measure) {
        const ParameterSet base = with({}, "Window", measure);
        const std::shared_ptr<const Analysis> analysis = run(base);
        const std::vector<CurveStep> curve = view_of(analysis, base).curve();
        const Nanos least = std::get<Nanos>(an1399().parameter("TimeWindow")->minimum);
        const Nanos most = std::get<Nanos>(an1399().parameter("TimeWindow")->maximum);
        for (const CurveStep& step : curve) {
            for (const std::int64_t aside : {-1, 0, 1}) {
                const Nanos window{step.at.count + aside};
                if (window < least || window > most) {
                    continue;
                }
                const FindingView there = view_of(analysis, with(base, "TimeWindow", window));
                const auto next = std::upper_bound(curve.begin(), curve.end(), window,
                                                   [](Nanos w, const CurveStep& s) { return w < s.at; });
                QVERIFY(next != curve.begin());
                QCOMPARE(there.counts().chains, std::prev(next)->chains);
                QCOMPARE(there.counts().lone, std::prev(next)->lone);
                ++windows_asked_;
            }
        }
    }

    void only_a_name_leaves_its_targets() {
        const FindingView view = view_at({});
        for (const NameBar& bar : view.name_bars()) {
            Ids expected;
            for (const Finding& row : view.rows()) {
                if (row.kind == FindingKind::chain && view.is_visible(row) && target_name(row) == bar.name) {
                    expected.insert(row.id);
                }
            }
            QCOMPARE(chains_shown(view_at(with({}, "InjectedProcessList", NameListValue{{bar.name}, true}))), expected);
            ++names_asked_;
        }
    }

    std::shared_ptr<const Capture> capture_;
    std::size_t chains_asked_ = 0, windows_asked_ = 0, names_asked_ = 0;
};

QTEST_GUILESS_MAIN(CaptureControlsTest)
#include "capture_controls_test.moc"
