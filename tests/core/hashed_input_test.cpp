// The digest of an input is that of all its bytes, in whatever steps they were read.
#include "core/store/hashed_input.h"

#include <QTest>

#include <algorithm>
#include <cstring>
#include <random>
#include <string>

using namespace trocar;

namespace {

class MemoryInput final : public Input {
public:
    explicit MemoryInput(std::size_t size) {
        std::mt19937 random(static_cast<unsigned>(size));
        for (std::size_t i = 0; i < size; ++i) {
            bytes.push_back(static_cast<std::byte>(random()));
        }
    }
    std::uint64_t size() const override { return bytes.size(); }
    const std::string& name() const override { return name_; }
    Result<std::size_t> read_at(std::uint64_t offset, std::span<std::byte> out) override {
        if (offset >= bytes.size()) {
            return std::size_t{0};
        }
        const std::size_t count = std::min<std::size_t>(out.size(), bytes.size() - offset);
        std::memcpy(out.data(), bytes.data() + offset, count);
        return count;
    }
    std::vector<std::byte> bytes;

private:
    std::string name_ = "memory";
};

}  // namespace

class HashedInputTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void digest_does_not_depend_on_the_steps_data() {
        QTest::addColumn<std::size_t>("size");
        QTest::addColumn<std::size_t>("step");
        constexpr std::size_t kBlock = std::size_t{512} << 10;  // what one hand-over to the thread holds
        for (const std::size_t size : {std::size_t{0}, std::size_t{1}, kBlock - 1, kBlock, kBlock + 1, 12 * kBlock + 7}) {
            for (const std::size_t step : {std::size_t{4096}, std::size_t{65'537}, kBlock, 3 * kBlock}) {
                QTest::addRow("%zu bytes in steps of %zu", size, step) << size << step;
            }
        }
    }
    void digest_does_not_depend_on_the_steps() {
        QFETCH(std::size_t, size);
        QFETCH(std::size_t, step);
        MemoryInput memory(size);
        HashedInput hashed(memory);
        std::vector<std::byte> buffer(step);
        for (std::uint64_t at = 0; at < size; at += step) {
            const auto got = hashed.read_at(at, buffer);
            QVERIFY(got.ok());
            QVERIFY(std::equal(buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(got.value()),
                               memory.bytes.begin() + static_cast<std::ptrdiff_t>(at)));
        }
        const auto digest = hashed.finish();
        QVERIFY(digest.ok());
        QCOMPARE(hex(digest.value()), hex(sha256(memory.bytes)));
    }

    void jumps_and_repeats_are_hashed_once() {
        MemoryInput memory(std::size_t{3} << 20);
        HashedInput hashed(memory);
        std::vector<std::byte> buffer(std::size_t{1} << 20);
        for (const std::uint64_t at : {std::uint64_t{2} << 20, std::uint64_t{0}, std::uint64_t{0}, std::uint64_t{1} << 19}) {
            QVERIFY(hashed.read_at(at, buffer).ok());
        }
        const auto digest = hashed.finish();
        QVERIFY(digest.ok());
        QCOMPARE(hex(digest.value()), hex(sha256(memory.bytes)));
    }

    void an_input_that_nobody_read_is_hashed_whole() {
        MemoryInput memory((std::size_t{5} << 20) + 3);
        const auto digest = HashedInput(memory).finish();
        QVERIFY(digest.ok());
        QCOMPARE(hex(digest.value()), hex(sha256(memory.bytes)));
    }

    void an_import_that_is_given_up_leaves_no_thread() {
        MemoryInput memory(std::size_t{8} << 20);
        std::vector<std::byte> buffer(std::size_t{8} << 20);
        HashedInput hashed(memory);
        QVERIFY(hashed.read_at(0, buffer).ok());  // destroyed while the thread is at work: must neither hang nor crash
    }
};

QTEST_GUILESS_MAIN(HashedInputTest)
#include "hashed_input_test.moc"
