// Plain LZ77: the vectors of [MS-XCA], what packed bytes expand to, and what broken ones do.
#include "importers/readers/etl/lz77.h"
#include "tests/property/random_seed.h"
#include "tests/support/etl_writer.h"

#include <QTest>

#include <random>
#include <string>
#include <vector>

using namespace trocar;

namespace {

struct Out {
    std::string bytes;
    bool whole = false;
};

Out expand(std::string_view packed, std::size_t size) {
    std::vector<std::byte> room(size);
    const etl::Expanded got = etl::expand_lz77(as_bytes(packed), room);
    return {std::string(as_text(Bytes(room).first(got.size))), got.whole};
}

std::string repetitive(std::mt19937_64& random) {
    std::string out;
    while (out.size() < 3000) {
        const std::size_t length = std::size_t{1} << random() % 11;
        if (out.empty() || random() % 3 == 0) {
            for (std::size_t i = 0; i < length % 50; ++i) {
                out += static_cast<char>(random() % 5);
            }
            out += 'x';
        } else {
            const std::size_t from = random() % out.size();
            for (std::size_t i = 0; i < length; ++i) {
                out += out[from + i];
            }
        }
    }
    return out;
}

}  // namespace

class EtlLz77Test : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// [MS-XCA] 3.1.
    void vectors_of_the_specification() {
        const std::string alphabet = "abcdefghijklmnopqrstuvwxyz";
        const Out letters = expand(std::string("\x3f\0\0\0", 4) + alphabet, alphabet.size());
        QVERIFY(letters.whole);
        QCOMPARE(letters.bytes, alphabet);
        std::string abc;
        for (int i = 0; i < 100; ++i) {
            abc += "abc";
        }
        const Out repeated =
            expand(std::string("\xff\xff\xff\x1f\x61\x62\x63\x17\x00\x0f\xff\x26\x01", 13), abc.size());
        QVERIFY(repeated.whole);
        QCOMPARE(repeated.bytes, abc);
    }

    void what_is_packed_expands_to_itself() {
        std::mt19937_64 random(test::test_seed());
        for (int i = 0; i < 200; ++i) {
            const std::string bytes = repetitive(random);
            const Out out = expand(test::pack_lz77(bytes), bytes.size());
            QVERIFY(out.whole);
            QVERIFY(out.bytes == bytes);
        }
    }

    void long_lengths() {
        for (const std::size_t size : {9U, 10U, 11U, 25U, 26U, 280U, 281U, 65'538U, 65'540U, 200'000U}) {
            const std::string bytes(size, 'z');
            const Out out = expand(test::pack_lz77(bytes), size);
            QVERIFY2(out.whole && out.bytes == bytes, std::to_string(size).c_str());
        }
    }

    void a_cut_gives_the_beginning() {
        std::mt19937_64 random(test::test_seed());
        const std::string bytes = repetitive(random);
        const std::string packed = test::pack_lz77(bytes);
        for (std::size_t size = 0; size < packed.size() - 4; ++size) {
            const Out out = expand(std::string_view(packed).substr(0, size), bytes.size());
            QVERIFY(bytes.compare(0, out.bytes.size(), out.bytes) == 0);
        }
    }

    void a_match_before_the_beginning_ends_it() {
        const Out out =
            expand(std::string("\x00\x00\x00\x40\x61\x08\x00", 7), 10);  // one literal, then two back
        QVERIFY(!out.whole);
        QCOMPARE(out.bytes, std::string("a"));
    }
};

QTEST_APPLESS_MAIN(EtlLz77Test)
#include "etl_lz77_test.moc"
