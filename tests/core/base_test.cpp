#include "core/base/byte_cursor.h"
#include "core/base/escape.h"
#include "core/base/guid.h"
#include "core/base/seeded_hash.h"
#include "core/base/sha256.h"
#include "core/base/string_table.h"
#include "core/base/text.h"
#include "core/base/time.h"

#include <QTest>

#include <tsl/robin_map.h>

#include <limits>
#include <random>

using namespace trocar;

namespace {

constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();

std::string iso(const char* text) {
    const auto t = parse_iso_time(text);
    return t ? format_iso_time(*t) : "none";
}

std::string duration(const char* text) {
    const auto d = parse_duration(text);
    return d ? std::to_string(d->count) : "none";
}

}  // namespace

class BaseTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void iso_times_data() {
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* text, const char* expected) {
            QTest::newRow(text) << QString(expected);
        };
        row("2019-05-18 17:16:16.176", "2019-05-18T17:16:16.176000000Z");
        row("2022-05-13T08:54:06.4890000Z", "2022-05-13T08:54:06.489000000Z");
        row("2020-02-29T00:00:00", "2020-02-29T00:00:00.000000000Z");
        row("2020-10-22T01:02:03,5+02:00", "2020-10-21T23:02:03.500000000Z");
        row("2020-10-22T01:02:03-0530", "2020-10-22T06:32:03.000000000Z");
        row("2020-10-22T01:02:03+02", "2020-10-21T23:02:03.000000000Z");
        row("2020-10-22T01:02:03.1234567899Z", "2020-10-22T01:02:03.123456789Z");
        row("2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000000000Z");
        row("1969-12-31 23:59:59.999", "1969-12-31T23:59:59.999000000Z");
        row("1678-01-01T00:00:00Z", "1678-01-01T00:00:00.000000000Z");
        row("2261-12-31T23:59:59.999999999Z", "2261-12-31T23:59:59.999999999Z");
        for (const char* bad : {"",
                                "-",
                                "2020",
                                "2020-02-30 00:00:00",
                                "2021-02-29 00:00:00",
                                "2020-13-01 00:00:00",
                                "2020-00-10 00:00:00",
                                "2020-01-01 24:00:00",
                                "2020-01-01 00:60:00",
                                "2020-01-01 00:00:61",
                                "2020-01-01T00:00:00.",
                                "2020-01-01T00:00:00Zx",
                                "2020-01-01T00:00:00+24:00",
                                "2020-01-01T00:00:00+1",
                                "2020-01-01T00:00:00+01:",
                                "0001-01-01 00:00:00",
                                "9999-12-31 23:59:59",
                                "2020-01-01x00:00:00",
                                " 2020-01-01 00:00:00",
                                "2020-01-01 00:00:00 ",
                                "+020-01-01 00:00:00",
                                "2020-01-01 -1:00:00",
                                "2020-01-01 00:00:0\xd9\xa1"}) {
            QTest::newRow(bad) << QStringLiteral("none");
        }
    }
    void iso_times() {
        QFETCH(QString, expected);
        QCOMPARE(QString::fromStdString(iso(QTest::currentDataTag())), expected);
    }

    void times_round_trip() {
        std::mt19937_64 random(7);
        std::uniform_int_distribution<std::int64_t> any(-9'214'560'000'000'000'000,
                                                        9'214'646'399'999'999'999);
        for (int i = 0; i < 20'000; ++i) {
            const UtcNanos t{any(random)};
            const auto back = parse_iso_time(format_iso_time(t));
            QVERIFY(back.has_value());
            QCOMPARE(back->count, t.count);
        }
        // Every int64 formats, though only the years above are read back.
        for (const std::int64_t extreme : {kMin + 1, kMax, std::int64_t{-1}, std::int64_t{0}}) {
            QVERIFY(!format_iso_time({extreme}).empty());
            QVERIFY(!format_time({extreme}, 3, 14 * 60).empty());
            QVERIFY(!format_clock({extreme}, 3, -12 * 60).empty());
        }
        QCOMPARE(format_iso_time(kNoTime), std::string());
        QCOMPARE(format_clock(kNoTime, 3), std::string());
        QCOMPARE(format_time({1'500'000'000'123'456'789}, 3, 120), std::string("2017-07-14 04:40:00.123"));
        QCOMPARE(format_clock({1'500'000'000'123'456'789}, 6), std::string("02:40:00.123456"));
        QCOMPARE(format_clock({0}, 0), std::string("00:00:00"));
    }

    void differences_and_sums_saturate() {
        QCOMPARE(difference({kMax}, {kMin + 1}).count, kMax);
        QCOMPARE(difference({kMin + 1}, {kMax}).count, kMin);
        QCOMPARE(difference({5}, {7}).count, std::int64_t{-2});
        QVERIFY(!shifted({kMin + 1}, {-100}).none());  // must not turn into "not known"
        QCOMPARE(shifted({kMax - 1}, {100}).count, kMax);
        QVERIFY(shifted(kNoTime, {100}).none());
        QVERIFY(shifted(kNoTime, {-100}).none());
    }

    void filetimes() {
        QCOMPARE(format_iso_time(from_filetime(132'478'021'231'234'567)),
                 std::string("2020-10-22T01:02:03.123456700Z"));
        QVERIFY(from_filetime(~0ULL).none());
        QVERIFY(from_filetime(0).none() || from_filetime(0) < UtcNanos{0});
        QCOMPARE(from_filetime(116'444'736'000'000'000).count, std::int64_t{0});
    }

    void durations_data() {
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* text, const char* expected) {
            QTest::newRow(text) << QString(expected);
        };
        row("10s", "10000000000");
        row("10", "10000000000");
        row("1.5h", "5400000000000");
        row("250ms", "250000000");
        row("3.282 s", "3282000000");
        row("0.5us", "500");
        row("1ns", "1");
        row("1.9ns", "1");
        row("24h", "86400000000000");
        row("1d", "86400000000000");
        row("2m", "120000000000");
        row(".5s", "500000000");
        row("0", "0");
        for (const char* bad : {"", "s", ".", "-1s", "1 x", "1ss", "1e3s", "9999999999999999999s", "300000d",
                                "1s ", "0x10", "10 \xc2\xb5s"}) {
            QTest::newRow(bad) << QStringLiteral("none");
        }
    }
    void durations() {
        QFETCH(QString, expected);
        QCOMPARE(QString::fromStdString(duration(QTest::currentDataTag())), expected);
    }

    void durations_round_trip() {
        for (const std::int64_t n :
             {std::int64_t{0}, std::int64_t{1}, std::int64_t{999}, std::int64_t{3'282'000'000},
              std::int64_t{86'400'000'000'000}, std::int64_t{15'600'000}, kMax / 2}) {
            QCOMPARE(parse_duration(format_duration({n}))->count, n);
        }
        QCOMPARE(format_duration({10'000'000'000}), std::string("10s"));
        QCOMPARE(format_duration({3'282'000'000}), std::string("3282ms"));
        QCOMPARE(format_duration({86'400'000'000'000}), std::string("24h"));
        QCOMPARE(describe_duration({0}), std::string("0 ms"));
        QCOMPARE(describe_duration({18'000'000}), std::string("18 ms"));
        QCOMPARE(describe_duration({3'282'000'000}), std::string("3.282 s"));
        QCOMPARE(describe_duration({125'000'000'000}), std::string("2 min 5 s"));
        QCOMPARE(describe_duration({4'200'000'000'000}), std::string("1 h 10 min"));
        QCOMPARE(describe_duration(kInfiniteNanos), std::string("-"));
        QVERIFY(!describe_duration({kMin}).empty());
        QCOMPARE(describe_duration({-18'000'000}), std::string("-18 ms"));
    }

    void guids() {
        const char* lower = "365abb72-3d37-5ce0-0000-001013dc0b00";
        for (const char* form :
             {"{365ABB72-3D37-5CE0-0000-001013DC0B00}", "365ABB72-3D37-5CE0-0000-001013DC0B00", lower,
              " {365abb72-3d37-5ce0-0000-001013dc0b00}\r\n"}) {
            QCOMPARE(format_guid(parse_guid(form).value()), std::string(lower));
        }
        for (const char* bad :
             {"", "{}", "365abb72", "{365abb72-3d37-5ce0-0000-001013dc0b00",
              "g65abb72-3d37-5ce0-0000-001013dc0b00", "365abb7203d37-5ce0-0000-001013dc0b00",
              "365abb72-3d37-5ce0-0000-001013dc0b000"}) {
            QVERIFY2(!parse_guid(bad), bad);
        }
        const unsigned char bytes[16] = {0x72, 0xbb, 0x5a, 0x36, 0x37, 0x3d, 0xe0, 0x5c,
                                         0,    0,    0,    0x10, 0x13, 0xdc, 0x0b, 0};
        QCOMPARE(format_guid(guid_from_bytes(bytes)), std::string(lower));
        QVERIFY(parse_guid("00000000-0000-0000-0000-000000000000")->none());
    }

    void strings_keep_their_ids_while_the_table_grows() {
        StringTable table;
        QCOMPARE(table.intern("").value, 0U);
        QCOMPARE(table.size(), 1U);
        const std::string large(3 << 20, 'L');
        std::vector<std::string> texts;
        for (std::uint32_t i = 1; i <= 50'000; ++i) {
            texts.push_back(i % 5000 == 0 ? large + std::to_string(i) : "text " + std::to_string(i * 7919));
            QCOMPARE(table.intern(texts.back()).value, i);
        }
        for (std::uint32_t i = 1; i <= 50'000; ++i) {
            QCOMPARE(table.find(texts[i - 1]).value, i);
            QVERIFY(table.text({i}) == texts[i - 1]);
            QCOMPARE(table.intern(texts[i - 1]).value, i);
        }
        QVERIFY(table.find("not there").none());
        QCOMPARE(table.text({}).size(), std::size_t{0});
        QCOMPARE(table.text({60'000}).size(), std::size_t{0});
        StringTable moved = std::move(table);
        QVERIFY(moved.text({1}) == texts[0]);
        QVERIFY(moved.intern(std::string_view("a\0b", 3)) != moved.intern(std::string_view("a\0c", 3)));
    }

    void a_stored_table_loads_with_its_ids() {
        StringTable table;
        QCOMPARE(table.append_loaded("").value, 0U);
        QCOMPARE(table.append_loaded("a").value, 1U);
        QCOMPARE(table.append_loaded("a").value,
                 2U);  // a hostile case may hold one text twice: ids must not shift
        QCOMPARE(table.append_loaded("").value, 3U);
        QCOMPARE(table.append_loaded("b").value, 4U);
        QVERIFY(table.text({4}) == "b");
        QCOMPARE(table.intern("b").value, 4U);
    }

    void evidence_is_made_visible() {
        QCOMPARE(visible("plain \xc3\xbc \xe2\x82\xac \xf0\x9f\x98\x80"),
                 std::string("plain \xc3\xbc \xe2\x82\xac \xf0\x9f\x98\x80"));
        QCOMPARE(visible("a\x1b[31mb\r\n\t"), std::string("a\\u{1B}[31mb\\u{D}\\u{A}\\u{9}"));
        QCOMPARE(visible("cod\xe2\x80\xaegpj.exe"), std::string("cod\\u{202E}gpj.exe"));
        QCOMPARE(visible("a\xe2\x80\x8b"
                         "b\xef\xbb\xbf\xc2\x9b\xe2\x81\xa6"),
                 std::string("a\\u{200B}b\\u{FEFF}\\u{9B}\\u{2066}"));
        QCOMPARE(visible(std::string_view("a\0b", 3)), std::string("a\\u{0}b"));
        // Not UTF-8: stray continuation, overlong, surrogate, beyond U+10FFFF, cut off.
        QCOMPARE(visible("\x80|\xc0\xaf|\xed\xa0\x80|\xf4\x90\x80\x80|\xe2\x82"),
                 std::string("\xef\xbf\xbd|\xef\xbf\xbd\xef\xbf\xbd|\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd|"
                             "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"
                             "\xef\xbf\xbd|\xef\xbf\xbd\xef\xbf\xbd"));
        QVERIFY(!is_valid_utf8("\xed\xa0\x80"));
        QVERIFY(is_valid_utf8("\xf4\x8f\xbf\xbf"));
        QCOMPARE(valid_utf8("a\xff\x1b"), std::string("a\xef\xbf\xbd\x1b"));
    }

    void html_and_markdown_are_inert() {
        QCOMPARE(html_escaped("<script>alert('x')</script>&\"\xe2\x80\xae"),
                 std::string("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;&quot;\\u{202E}"));
        QCOMPARE(markdown_escaped("a|b`c*_[x](http://e)<img>&amp;\n# h"),
                 std::string("a\\|b\\`c\\*\\_\\[x\\]\\(http\\://e\\)&lt;img\\>&amp;amp;\\u{A}\\# h"));
    }

    void csv_fields_run_no_formula() {
        QCOMPARE(csv_field("plain.exe"), std::string("plain.exe"));
        QCOMPARE(csv_field(""), std::string(""));
        QCOMPARE(csv_field("a,\"b\""), std::string("\"a,\"\"b\"\"\""));
        for (const char* formula : {"=1+1", "+1", "-1", "@SUM(A1)"}) {
            QCOMPARE(csv_field(formula), "\"'" + std::string(formula) + "\"");
        }
        QVERIFY(csv_field("\t=1").find('\t') == std::string::npos);
        QVERIFY(csv_field("\r\n=1").find('\n') == std::string::npos);
    }

    void globs() {
        QVERIFY(glob_match("*", ""));
        QVERIFY(glob_match("LSASS.exe", "lsass.EXE"));
        QVERIFY(glob_match("*\\temp\\?*.dll", "C:\\Windows\\Temp\\a.dll"));
        QVERIFY(!glob_match("*\\temp\\?*.dll", "C:\\Windows\\Temp\\.dll"));
        QVERIFY(!glob_match("", "x"));
        QVERIFY(glob_match("", ""));
        QVERIFY(glob_match("**a**", "bab"));
        QVERIFY(!glob_match("a?", "a"));
        // Backtracking must stay polynomial: this ends at once.
        QVERIFY(!glob_match(std::string(60, '*') + "a*a*a*a*a*a*b", std::string(20'000, 'a')));
    }

    void numbers_and_names() {
        QCOMPARE(parse_number("0x1fffff").value(), std::uint64_t{0x1fffff});
        QCOMPARE(parse_number("0X1F").value(), std::uint64_t{0x1f});
        QCOMPARE(parse_number("18446744073709551615").value(), ~std::uint64_t{0});
        for (const char* bad : {"", "0x", "-1", "+1", " 1", "1 ", "18446744073709551616",
                                "0x1ffffffffffffffff", "1a", "0x1g"}) {
            QVERIFY2(!parse_number(bad), bad);
        }
        QCOMPARE(hex(std::uint64_t{0x1fffff}), std::string("0x1fffff"));
        QCOMPARE(hex(~std::uint64_t{0}), std::string("0xffffffffffffffff"));
        QCOMPARE(grouped(2'014'339), std::string("2\xc2\xa0"
                                                 "014\xc2\xa0"
                                                 "339"));
        QCOMPARE(grouped(0), std::string("0"));
        QVERIFY(file_name("C:\\a\\b.exe") == "b.exe");
        QVERIFY(file_name("/bin/sh") == "sh");
        QVERIFY(file_name("C:\\a\\").empty());
        QVERIFY(trimmed(" \t x y\r\n") == "x y");
        QVERIFY(trimmed(" \n").empty());
        QVERIFY(contains_ignoring_case("aBc", "bC"));
        QVERIFY(contains_ignoring_case("abc", ""));
        QVERIFY(!contains_ignoring_case("ab", "abc"));
        QVERIFY(starts_ignoring_case("ABc", "ab"));
        QVERIFY(ends_ignoring_case("x.EVTX", ".evtx"));
        QVERIFY(!ends_ignoring_case("evtx", "x.evtx"));
    }

    void cursors_latch_the_first_failure() {
        const std::string bytes("\x01\x02\x03\x04\x05\x06\x07", 7);
        ByteCursor cursor(as_bytes(bytes), 100);
        QCOMPARE(cursor.u8("kind"), std::uint8_t{1});
        QCOMPARE(cursor.u16("size"), std::uint16_t{0x0302});
        QCOMPARE(cursor.u64("record number"), std::uint64_t{0});
        QVERIFY(cursor.failed());
        QCOMPARE(cursor.u8("after"), std::uint8_t{0});
        QCOMPARE(cursor.remaining(), std::size_t{0});
        QCOMPARE(cursor.error(), std::string("record number at offset 103 needs 8 bytes, 4 left"));
        ByteCursor large(as_bytes(bytes));
        QVERIFY(large.bytes(std::numeric_limits<std::size_t>::max(), "all").empty());
        QVERIFY(large.failed());
        ByteCursor seeker(as_bytes(bytes));
        seeker.seek(7, "end");
        QVERIFY(!seeker.failed());
        seeker.seek(8, "beyond");
        QVERIFY(seeker.failed());
        ByteCursor latched(as_bytes(bytes));
        latched.skip(8, "too far");
        latched.seek(0, "back");
        QCOMPARE(latched.u8("still failed"), std::uint8_t{0});
    }

    void seeded_hash_keeps_tables_small_data() {
        QTest::addColumn<int>("shift");
        for (const int shift : {0, 4, 12, 20, 32, 40}) {
            QTest::addRow("keys of %d zero bits", shift) << shift;
        }
    }

    /// With the hash of the standard library a few hundred such keys take gigabytes.
    void seeded_hash_keeps_tables_small() {
        QFETCH(int, shift);
        constexpr std::uint64_t kKeys = 20'000;
        tsl::robin_map<std::uint64_t, std::uint32_t, SeededHash> table;
        for (std::uint64_t i = 0; i < kKeys; ++i) {
            table[i << shift | (i & 1U)] = 1;
            QVERIFY(table.bucket_count() <= 4 * table.size() + 64);
        }
    }

    void sha256_of_known_texts() {
        // FIPS 180-4 examples (NIST CAVP): "", "abc", a million "a".
        QCOMPARE(hex(sha256(as_bytes(""))),
                 std::string("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
        QCOMPARE(hex(sha256(as_bytes("abc"))),
                 std::string("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
        Sha256 run;
        for (int i = 0; i < 1000; ++i) {
            run.add(as_bytes(std::string(1000, 'a')));
        }
        QCOMPARE(hex(run.finish()),
                 std::string("cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"));
    }
};

QTEST_APPLESS_MAIN(BaseTest)
#include "base_test.moc"
