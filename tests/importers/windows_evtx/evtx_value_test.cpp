// Every value type of BinXML, and every array type: as text, and as typed values.
#include <QTest>

#include <random>

#include "core/base/guid.h"
#include "core/base/time.h"
#include "importers/readers/evtx/utf16.h"
#include "importers/readers/evtx/value.h"
#include "tests/support/evtx_chunk_builder.h"

using namespace trocar;
using namespace trocar::evtx;
using trocar::test::little_endian;
using trocar::test::utf16;

namespace {

const std::string kGuidBytes("\x04\x03\x02\x01\x06\x05\x08\x07\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10", 16);
const std::string kSidBytes("\x01\x02\0\0\0\0\0\x05\x20\0\0\0\x20\x02\0\0", 16);  // S-1-5-32-544
const std::string kSystemTime =
    little_endian<std::uint16_t>(2020) + little_endian<std::uint16_t>(10) + little_endian<std::uint16_t>(4) +
    little_endian<std::uint16_t>(22) + little_endian<std::uint16_t>(1) + little_endian<std::uint16_t>(2) +
    little_endian<std::uint16_t>(3) + little_endian<std::uint16_t>(45);
constexpr std::uint64_t kTicks = 132'477'949'234'560'000;  // 2020-10-21T23:02:03.456Z

std::string text_of(Type type, const std::string& bytes) {
    std::string out;
    append_value(as_bytes(bytes), type, out);
    return out;
}

/// Text, kind, number as read_value gives them: "hex 0x1fffff".
std::string read_of(Type type, const std::string& bytes) {
    TextBuffer buffer(4096);
    FieldValue value;
    const ValueState state = read_value(as_bytes(bytes), type, buffer, value);
    static constexpr const char* kKinds[] = {"text", "number", "hex", "guid", "time"};
    std::string out = state == ValueState::odd_size ? "odd " : state == ValueState::no_room ? "full " : "";
    return out + kKinds[static_cast<int>(value.kind)] + ' ' + display_text(value);
}

void add(const char* name, Type type, const std::string& bytes, const char* text, const char* typed) {
    QTest::newRow(name) << static_cast<int>(type) << QByteArray(bytes.data(), static_cast<qsizetype>(bytes.size()))
                        << QByteArray(text) << QByteArray(typed);
}

/// The obvious conversion, for comparison.
std::string plain_utf8(const std::u16string& text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        char32_t code = text[i];
        if (code >= 0xd800 && code < 0xdc00 && i + 1 < text.size() && text[i + 1] >= 0xdc00 && text[i + 1] < 0xe000) {
            code = 0x10000 + ((code - 0xd800) << 10) + (text[++i] - 0xdc00U);
        } else if (code >= 0xd800 && code < 0xe000) {
            code = 0xfffd;
        }
        if (code < 0x80) {
            out += static_cast<char>(code);
        } else if (code < 0x800) {
            out += static_cast<char>(0xc0 | code >> 6);
            out += static_cast<char>(0x80 | (code & 0x3f));
        } else if (code < 0x10000) {
            out += static_cast<char>(0xe0 | code >> 12);
            out += static_cast<char>(0x80 | (code >> 6 & 0x3f));
            out += static_cast<char>(0x80 | (code & 0x3f));
        } else {
            out += static_cast<char>(0xf0 | code >> 18);
            out += static_cast<char>(0x80 | (code >> 12 & 0x3f));
            out += static_cast<char>(0x80 | (code >> 6 & 0x3f));
            out += static_cast<char>(0x80 | (code & 0x3f));
        }
    }
    return out;
}

}  // namespace

class EvtxValueTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void scalar_data() {
        QTest::addColumn<int>("type");
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("typed");
        add("null", Type::null, "", "", "text ");
        add("null with bytes", Type::null, "xx", "", "text ");
        add("string", Type::string, utf16("C:\\a b.exe"), "C:\\a b.exe", "text C:\\a b.exe");
        add("string with its terminator", Type::string, utf16(std::string("abc\0\0", 5)), "abc", "text abc");
        add("string of odd length", Type::string, utf16("ab") + "c", "ab", "text ab");
        add("empty string", Type::string, "", "", "text ");
        add("ansi string", Type::ansi_string, std::string("abc\0", 4), "abc", "text abc");
        add("ansi string, Windows-1252", Type::ansi_string, "\x80 \xe9", "\xe2\x82\xac \xc3\xa9", "text \xe2\x82\xac \xc3\xa9");
        add("ansi string, UTF-8", Type::ansi_string, "\xc3\xa9", "\xc3\xa9", "text \xc3\xa9");
        add("int8", Type::int8, "\xff", "-1", "text -1");
        add("int8 positive", Type::int8, "\x7f", "127", "number 127");
        add("uint8", Type::uint8, "\xff", "255", "number 255");
        add("int16", Type::int16, little_endian<std::int16_t>(-300), "-300", "text -300");
        add("uint16", Type::uint16, little_endian<std::uint16_t>(65535), "65535", "number 65535");
        add("int32", Type::int32, little_endian<std::int32_t>(-2'000'000'000), "-2000000000", "text -2000000000");
        add("uint32", Type::uint32, little_endian<std::uint32_t>(4'000'000'000), "4000000000", "number 4000000000");
        add("int64", Type::int64, little_endian<std::int64_t>(INT64_MIN), "-9223372036854775808", "text -9223372036854775808");
        add("uint64", Type::uint64, little_endian<std::uint64_t>(UINT64_MAX), "18446744073709551615",
            "number 18446744073709551615");
        add("real32", Type::real32, little_endian(1.5F), "1.5", "text 1.5");
        add("real64", Type::real64, little_endian(-0.25), "-0.25", "text -0.25");
        add("real64 infinite", Type::real64, little_endian(std::numeric_limits<double>::infinity()), "1.#INF", "text 1.#INF");
        add("boolean", Type::boolean, little_endian<std::uint32_t>(1), "true", "text true");
        add("boolean false", Type::boolean, little_endian<std::uint32_t>(0), "false", "text false");
        add("binary", Type::binary, std::string("\x00\xab\x10", 3), "00AB10", "text 00AB10");
        add("guid", Type::guid, kGuidBytes, "{01020304-0506-0708-090a-0b0c0d0e0f10}",
            "guid {01020304-0506-0708-090a-0b0c0d0e0f10}");
        add("size, 32 bits", Type::size, little_endian<std::uint32_t>(0x1000), "0x1000", "hex 0x1000");
        add("size, 64 bits", Type::size, little_endian<std::uint64_t>(0x7ff012345678), "0x7ff012345678", "hex 0x7ff012345678");
        add("file time", Type::file_time, little_endian(kTicks), "2020-10-21T23:02:03.4560000Z",
            "time 2020-10-21T23:02:03.456000000Z");
        add("file time zero", Type::file_time, little_endian<std::uint64_t>(0), "1601-01-01T00:00:00.0000000Z",
            "text 1601-01-01T00:00:00.0000000Z");
        add("file time, a leap day", Type::file_time, little_endian<std::uint64_t>(125'962'560'000'000'000),
            "2000-02-29T00:00:00.0000000Z", "time 2000-02-29T00:00:00.000000000Z");
        add("file time, largest", Type::file_time, little_endian<std::uint64_t>(UINT64_MAX), "60056-05-28T05:36:10.9551615Z",
            "text 60056-05-28T05:36:10.9551615Z");
        add("system time", Type::system_time, kSystemTime, "2020-10-22T01:02:03.045Z", "time 2020-10-22T01:02:03.045000000Z");
        add("system time that is none", Type::system_time, std::string(16, '\xff'), "65535-35-35T35:35:35.535Z",
            "text 65535-35-35T35:35:35.535Z");
        add("sid", Type::sid, kSidBytes, "S-1-5-32-544", "text S-1-5-32-544");
        add("sid with a large authority", Type::sid, std::string("\x01\0\x01\x02\x03\x04\x05\x06", 8), "S-1-0x10203040506",
            "text S-1-0x10203040506");
        add("hex32", Type::hex32, little_endian<std::uint32_t>(0x1fffff), "0x1fffff", "hex 0x1fffff");
        add("hex64", Type::hex64, little_endian<std::uint64_t>(0x8000000000000000), "0x8000000000000000",
            "hex 0x8000000000000000");
        add("event xml", Type::event_xml, utf16("<a/>"), "<a/>", "text <a/>");
        add("unknown type", static_cast<Type>(0x5a), "\x01\x02", "0102", "text 0102");
    }
    void scalar() {
        QFETCH(int, type);
        QFETCH(QByteArray, bytes);
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, typed);
        QCOMPARE(text_of(static_cast<Type>(type), bytes.toStdString()), text.toStdString());
        QCOMPARE(read_of(static_cast<Type>(type), bytes.toStdString()), typed.toStdString());
    }

    /// A length that does not suit the type is given as bytes, never read beyond.
    void odd_size_data() {
        QTest::addColumn<int>("type");
        QTest::addColumn<QByteArray>("bytes");
        for (const int type : {0x03, 0x05, 0x07, 0x09, 0x0b, 0x0c, 0x0d, 0x0f, 0x10, 0x11, 0x12, 0x13, 0x14, 0x15}) {
            QTest::addRow("%02x", type) << type << QByteArray("\x01\x02\x03", 3);
        }
        QTest::newRow("sid that claims more parts") << 0x13 << QByteArray("\x01\x0f\0\0\0\0\0\x05\x12\0\0\0", 12);
    }
    void odd_size() {
        QFETCH(int, type);
        QFETCH(QByteArray, bytes);
        const std::string hex = bytes.toHex().toUpper().toStdString();
        QCOMPARE(text_of(static_cast<Type>(type), bytes.toStdString()), hex);
        QCOMPARE(read_of(static_cast<Type>(type), bytes.toStdString()), "odd text " + hex);
    }

    void array_data() {
        QTest::addColumn<int>("type");
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QByteArray>("items");
        const auto row = [](const char* name, Type type, const std::string& bytes, const char* items) {
            QTest::newRow(name) << static_cast<int>(type) << QByteArray::fromStdString(bytes) << QByteArray(items);
        };
        row("strings", Type::string, utf16(std::string("one\0\0three\0", 11)), "one||three");
        row("strings, last unterminated", Type::string, utf16(std::string("one\0two", 7)), "one|two");
        row("ansi strings", Type::ansi_string, std::string("a\0bc\0", 5), "a|bc");
        row("int8", Type::int8, "\x01\xff", "1|-1");
        row("uint8", Type::uint8, "\x01\xff", "1|255");
        row("int16", Type::int16, std::string("\x01\0\xff\xff", 4), "1|-1");
        row("uint16", Type::uint16, std::string("\x01\0\xff\xff", 4), "1|65535");
        row("int32", Type::int32, std::string("\x01\0\0\0\xff\xff\xff\xff", 8), "1|-1");
        row("uint32", Type::uint32, std::string("\x01\0\0\0\xff\xff\xff\xff", 8), "1|4294967295");
        row("int64", Type::int64, std::string(8, '\xff'), "-1");
        row("uint64", Type::uint64, std::string("\x02\0\0\0\0\0\0\0", 8), "2");
        row("real32", Type::real32, little_endian(1.5F) + little_endian(2.0F), "1.5|2");
        row("real64", Type::real64, little_endian(0.5) + little_endian(3.0), "0.5|3");
        row("boolean", Type::boolean, std::string("\x01\0\0\0\0\0\0\0", 8), "true|false");
        row("guid", Type::guid, kGuidBytes + std::string(16, '\0'),
            "{01020304-0506-0708-090a-0b0c0d0e0f10}|{00000000-0000-0000-0000-000000000000}");
        row("size", Type::size, std::string("\x10\0\0\0\0\0\0\0", 8), "0x10");
        row("file time", Type::file_time, little_endian(kTicks), "2020-10-21T23:02:03.4560000Z");
        row("system time", Type::system_time, kSystemTime + kSystemTime, "2020-10-22T01:02:03.045Z|2020-10-22T01:02:03.045Z");
        row("sid", Type::sid, kSidBytes + std::string("\x01\x01\0\0\0\0\0\x05\x12\0\0\0", 12), "S-1-5-32-544|S-1-5-18");
        row("hex32", Type::hex32, std::string("\x01\0\0\0\x02\0\0\0", 8), "0x1|0x2");
        row("hex64", Type::hex64, std::string("\x01\0\0\0\0\0\0\0", 8), "0x1");
        row("cut short", Type::uint32, std::string("\x01\0\0\0\xaa", 5), "1|AA");
        row("empty", Type::uint32, "", "");
        row("binary has no arrays: one value", Type::binary, "\x01\x02", "0102");
    }
    void array() {
        QFETCH(int, type);
        QFETCH(QByteArray, bytes);
        QFETCH(QByteArray, items);
        const std::string held = bytes.toStdString();
        Bytes rest = as_bytes(held);
        Bytes item;
        std::string joined;
        std::size_t count = 0;
        while (next_of_array(rest, static_cast<Type>(type), item)) {
            joined += count++ == 0 ? "" : "|";
            append_value(item, static_cast<Type>(type), joined);
        }
        QCOMPARE(joined, items.toStdString());
        QCOMPARE(array_count(as_bytes(held), static_cast<Type>(type)), count);
    }

    void text_buffer_is_a_limit() {
        TextBuffer buffer(64);
        FieldValue value;
        const std::string longer = utf16(std::string(100, 'x'));
        QCOMPARE(read_value(as_bytes(longer), Type::string, buffer, value), ValueState::no_room);
        QVERIFY(value.text.empty());
        const std::string shorter = utf16("fits");
        QCOMPARE(read_value(as_bytes(shorter), Type::string, buffer, value), ValueState::read);
        QCOMPARE(value.text, std::string_view("fits"));
    }

    void utf16_equals_the_plain_conversion() {
        std::mt19937 random(20'240'917);
        for (int round = 0; round < 20'000; ++round) {
            std::u16string text;
            const std::size_t length = random() % 70;
            const unsigned mood = random() % 4;  // mostly ASCII, as in logs
            for (std::size_t i = 0; i < length; ++i) {
                const bool ascii = mood == 0 || (mood < 3 && random() % 12 != 0);
                text += static_cast<char16_t>(ascii ? random() % 0x80 : random() % 0x10000);
            }
            const Bytes bytes{reinterpret_cast<const std::byte*>(text.data()), text.size() * 2};
            QCOMPARE(utf8_of(bytes), plain_utf8(text));
        }
    }
};

QTEST_GUILESS_MAIN(EvtxValueTest)
#include "evtx_value_test.moc"
