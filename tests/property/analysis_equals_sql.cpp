// Analysis::run against the SQL reference (core/detect/reference_sql.h), anchor by anchor, run by SQLite over tables of
// the views' columns.
#include <QTest>
#include <map>
#include <sqlite3.h>
#include <tuple>

#include "core/detect/analysis_data.h"
#include "core/detect/reference_sql.h"
#include "core/detect/run_windows.h"
#include "tests/property/random_capture.h"

using namespace trocar;
using trocar::test::Draw;

namespace {

constexpr int kInstances = 4'000;

using Key = std::tuple<std::uint32_t, std::uint32_t, std::uint32_t, std::size_t>;  // source, target, event, pattern
using Windows = std::map<Key, std::pair<Nanos, Nanos>>;

// (Here, since moc takes the member's name inside a class for its keyword.)
const SignalTable& table_of(const Capture& capture) { return capture.signals; }

class Database {
public:
    Database() {
        sqlite3_open(":memory:", &db_);
        run("CREATE TABLE v_chain_evidence(event INTEGER, time_ns INTEGER, role TEXT, source_process INTEGER,"
            " target_process INTEGER, value INTEGER, text TEXT, flags INTEGER);"
            "CREATE TABLE v_process(process INTEGER, parent INTEGER, image TEXT, start_ns INTEGER, start_inferred INTEGER)");
    }
    ~Database() { sqlite3_close(db_); }
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    void run(const char* sql) { QCOMPARE(sqlite3_exec(db_, sql, nullptr, nullptr, nullptr), SQLITE_OK); }

    void fill(const Capture& capture) {
        run("BEGIN; DELETE FROM v_chain_evidence; DELETE FROM v_process");
        Statement process(db_, "INSERT INTO v_process VALUES(?, ?, ?, ?, ?)");
        for (std::uint32_t i = 0; i < capture.processes.lives.size(); ++i) {
            const ProcessLife& life = capture.processes.lives[i];
            process.number(1, i);
            life.parent.none() ? process.null(2) : process.number(2, life.parent.value);
            process.text(3, capture.strings->text(life.image));
            life.start.none() ? process.null(4) : process.number(4, life.start.count);
            process.number(5, life.start_inferred ? 1 : 0);
            process.step();
        }
        Statement row(db_, "INSERT INTO v_chain_evidence VALUES(?, ?, ?, ?, ?, ?, ?, ?)");
        const SignalTable& table = table_of(capture);
        for (const Pair& pair : table.pairs) {
            for (std::uint32_t i = pair.first; i < pair.last; ++i) {
                if (table.time[i].none() || pair.source == pair.target) {
                    continue;  // as the view leaves them out
                }
                row.number(1, table.event[i].value);
                row.number(2, table.time[i].count);
                row.text(3, name(table.role[i]));
                pair.source.none() ? row.null(4) : row.number(4, pair.source.value);
                row.number(5, pair.target.value);
                row.number(6, static_cast<std::int64_t>(table.value[i]));
                row.text(7, capture.strings->text(table.text[i]));
                row.number(8, table.flags[i]);
                row.step();
            }
        }
        run("COMMIT");
    }

    void ask(std::size_t pattern, std::string_view sql, const MaskValue& mask, Windows& out) {
        Statement query(db_, sql);
        query.number(sqlite3_bind_parameter_index(query.get(), ":access_mask"), mask.bits);
        query.number(sqlite3_bind_parameter_index(query.get(), ":mask_all"), mask.all ? 1 : 0);
        while (sqlite3_step(query.get()) == SQLITE_ROW) {
            const auto id = [&](int c) { return static_cast<std::uint32_t>(sqlite3_column_int64(query.get(), c)); };
            const auto window = [&](int c) {
                return sqlite3_column_type(query.get(), c) == SQLITE_NULL ? kInfiniteNanos
                                                                         : Nanos{sqlite3_column_int64(query.get(), c)};
            };
            out[{id(0), id(1), id(2), pattern}] = {window(3), window(4)};
        }
    }

private:
    class Statement {
    public:
        Statement(sqlite3* db, std::string_view sql) {
            const int rc = sqlite3_prepare_v2(db, sql.data(), static_cast<int>(sql.size()), &statement_, nullptr);
            if (rc != SQLITE_OK) {
                qFatal("%s", sqlite3_errmsg(db));
            }
        }
        ~Statement() { sqlite3_finalize(statement_); }
        Statement(const Statement&) = delete;
        Statement& operator=(const Statement&) = delete;
        sqlite3_stmt* get() { return statement_; }
        void number(int at, std::int64_t v) { sqlite3_bind_int64(statement_, at, v); }
        void null(int at) { sqlite3_bind_null(statement_, at); }
        void text(int at, std::string_view v) {
            sqlite3_bind_text(statement_, at, v.data(), static_cast<int>(v.size()), SQLITE_TRANSIENT);
        }
        void step() {
            sqlite3_step(statement_);
            sqlite3_reset(statement_);
        }

    private:
        sqlite3_stmt* statement_ = nullptr;
    };
    sqlite3* db_ = nullptr;
};

Windows fast_windows(const Analysis& analysis) {
    const Analysis::Data& data = analysis.data();
    Windows out;
    RunWindows windows(*data.capture, *data.index, *data.analytic);
    for (const AnchorRun& run : data.index->runs) {
        const Pattern& pattern = data.analytic->patterns[run.pattern];
        const auto results = windows.of(run, pattern.admissions(data.parameters));
        for (std::size_t i = 0; i < results.size(); ++i) {
            if (results[i].span == kInfiniteNanos && results[i].gap == kInfiniteNanos) {
                continue;
            }
            const AnchorGroup& g = data.index->groups[data.index->anchor_group[run.first_anchor + i]];
            const EventId event = data.capture->signals.event[data.index->anchor_row[run.first_anchor + i]];
            out[{g.source.value, g.target.value, event.value, run.pattern}] = {results[i].span, results[i].gap};
        }
    }
    return out;
}

std::string print(const Windows& windows) {
    std::string out;
    for (const auto& [key, w] : windows) {
        out += std::to_string(std::get<0>(key)) + ">" + std::to_string(std::get<1>(key)) + " event " +
               std::to_string(std::get<2>(key)) + " pattern " + std::to_string(std::get<3>(key)) + " span " +
               std::to_string(w.first.count / 1'000'000) + " gap " + std::to_string(w.second.count / 1'000'000) + "\n";
    }
    return out;
}

}  // namespace

class AnalysisEqualsSql : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyAnchor();
    void runsWithoutBinding();
};

void AnalysisEqualsSql::everyAnchor() {
    Draw draw(test::test_seed());
    Database db;
    const Analytic& analytic = *find_analytic("AN1399");
    const ParameterSpec& spec = *analytic.parameter("AccessMask");
    std::size_t linked = 0, loads = 0;
    for (int k = 0; k < kInstances; ++k) {
        const auto capture = test::random_capture(draw).build();
        constexpr std::array<std::uint32_t, 5> kMasks{0x28, 0x2a, 0x20, 0, 0x1400};
        const MaskValue mask{kMasks[draw.below(kMasks.size())], !draw.one_in(3)};
        ParameterSet parameters;
        parameters.set(spec, mask);
        const auto analysis = Analysis::run(capture, analytic, parameters, {});
        QVERIFY(analysis.ok());
        db.fill(*capture);
        Windows expected;
        db.ask(0, reference_sql("AN1399", "access-led"), mask, expected);
        db.ask(1, reference_sql("AN1399", "load-led"), mask, expected);
        const Windows found = fast_windows(*analysis.value());
        QVERIFY2(found == expected, ("instance " + std::to_string(k) + "\nfast\n" + print(found) + "SQL\n" + print(expected)).c_str());
        linked += expected.size();
        for (const auto& [key, w] : expected) {
            loads += std::get<3>(key);
        }
    }
    QVERIFY(linked > kInstances / 2);  // the instances are not vacuous, whatever the seed
    QVERIFY(loads > kInstances / 20);
}

void AnalysisEqualsSql::runsWithoutBinding() {
    Database db;
    std::string error;
    const auto made = test::read_capture("process a 1 C:\\a.exe\nprocess n 2 C:\\n.exe\n"
                                         "1 access a n value=0x28\n2 execute a n value=0x10000\n", error);
    QVERIFY2(error.empty(), error.c_str());
    db.fill(*made.build());
    Windows out;
    MaskValue unused;
    db.ask(0, reference_sql("AN1399", "access-led"), {0x28, true}, out);
    QCOMPARE(out.size(), std::size_t{1});
    QVERIFY(reference_sql("AN1399", "no such pattern").empty());
    QCOMPARE(unused.bits, 0U);
}

QTEST_GUILESS_MAIN(AnalysisEqualsSql)
#include "analysis_equals_sql.moc"
