// Runs a libFuzzer target without libFuzzer: every file of a corpus folder, then a fixed number of deterministic mutations.
//
//   NAME_fuzz CORPUS_DIR MUTATIONS     corpus, then mutations; seed from TROCAR_TEST_SEED, printed
//   NAME_fuzz FILE...                  these inputs only (a crash to look at)
//
// TROCAR_FUZZ_TRACE=FILE writes each input to FILE before it runs, so that the file holds the one that crashed.

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using Input = std::vector<std::uint8_t>;
using Clock = std::chrono::steady_clock;

constexpr std::uint64_t kDefaultSeed = 20'240'917;
/// An input of this size class that takes longer is a hang for the analyst; generous, since sanitizers are slow.
constexpr std::chrono::seconds kHang{20};

class Mutator {
public:
    Mutator(const std::vector<Input>& corpus, std::uint64_t seed) : corpus_(corpus), random_(seed) {}

    Input next() {
        Input input = corpus_[below(corpus_.size())];
        const std::size_t steps = 1 + below(6);
        for (std::size_t i = 0; i < steps; ++i) {
            mutate(input);
        }
        return input;
    }

private:
    std::size_t below(std::size_t bound) { return bound == 0 ? 0 : static_cast<std::size_t>(random_() % bound); }

    /// Places near the front are where headers lie: half of all changes fall into the first 4 KiB.
    std::size_t place(const Input& input) {
        const std::size_t near = std::min<std::size_t>(input.size(), 4096);
        return below(2) == 0 ? below(near) : below(input.size());
    }

    void overwrite(Input& input, std::size_t width) {
        static constexpr std::array<std::uint64_t, 14> kInteresting{
            0, 1, 2, 4, 16, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x10000, 0x7fffffff, 0xffffffff, ~0ULL};
        if (input.size() < width) {
            return;
        }
        const std::size_t at = std::min(place(input), input.size() - width);
        const std::uint64_t value = below(2) == 0 ? kInteresting[below(kInteresting.size())] : random_();
        std::memcpy(input.data() + at, &value, width);
    }

    void mutate(Input& input) {
        if (input.empty()) {
            input.push_back(static_cast<std::uint8_t>(random_()));
            return;
        }
        using Step = Input::difference_type;
        switch (below(9)) {
            case 0:
                input[place(input)] ^= static_cast<std::uint8_t>(1U << below(8));
                break;
            case 1:
                overwrite(input, 1);
                break;
            case 2:
                overwrite(input, 2);
                break;
            case 3:
                overwrite(input, 4);
                break;
            case 4:
                overwrite(input, 8);
                break;
            case 5:  // cut off
                input.resize(below(input.size()) + 1);
                break;
            case 6: {  // remove a run
                const std::size_t at = place(input);
                const std::size_t count = std::min(input.size() - at, 1 + below(64));
                input.erase(input.begin() + static_cast<Step>(at), input.begin() + static_cast<Step>(at + count));
                break;
            }
            case 7: {  // repeat a run
                const std::size_t at = place(input);
                const std::size_t count = std::min(input.size() - at, 1 + below(256));
                const Input run(input.begin() + static_cast<Step>(at), input.begin() + static_cast<Step>(at + count));
                input.insert(input.begin() + static_cast<Step>(place(input)), run.begin(), run.end());
                break;
            }
            default: {  // a run of another input of the corpus
                const Input& other = corpus_[below(corpus_.size())];
                if (other.empty()) {
                    break;
                }
                const std::size_t from = place(other);
                const std::size_t at = place(input);
                const std::size_t count = std::min({other.size() - from, input.size() - at, 1 + below(1024)});
                std::copy_n(other.begin() + static_cast<Step>(from), count, input.begin() + static_cast<Step>(at));
                break;
            }
        }
    }

    const std::vector<Input>& corpus_;
    std::mt19937_64 random_;
};

Input read_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// False when the input took too long.
bool run(const Input& input, const std::string& what) {
    if (const char* trace = std::getenv("TROCAR_FUZZ_TRACE")) {
        std::ofstream(trace, std::ios::binary)
            .write(reinterpret_cast<const char*>(input.data()), static_cast<std::streamsize>(input.size()));
    }
    // A copy of exactly the input's size, so that a sanitizer sees each read past its end.
    const Input exact(input.begin(), input.end());
    const auto start = Clock::now();
    LLVMFuzzerTestOneInput(exact.data(), exact.size());
    const auto took = Clock::now() - start;
    if (took > kHang) {
        std::fprintf(stderr, "too slow: %s (%zu bytes) took %lld ms\n", what.c_str(), input.size(),
                     static_cast<long long>(std::chrono::duration_cast<std::chrono::milliseconds>(took).count()));
        return false;
    }
    return true;
}

std::uint64_t seed_of_run() {
    const char* text = std::getenv("TROCAR_TEST_SEED");
    return text != nullptr && *text != '\0' ? std::strtoull(text, nullptr, 10) : kDefaultSeed;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) {
        std::fprintf(stderr, "usage: %s CORPUS_DIR MUTATIONS | FILE...\n", argv[0]);
        return 2;
    }
    if (!std::filesystem::is_directory(argv[1])) {
        bool fast = true;
        for (int i = 1; i < argc; ++i) {
            if (!std::filesystem::exists(argv[i])) {
                std::fprintf(stderr, "%s is missing: a replay without inputs would test nothing\n", argv[i]);
                return 2;
            }
            fast = run(read_file(argv[i]), argv[i]) && fast;
        }
        return fast ? 0 : 1;
    }

    std::vector<std::filesystem::path> paths;
    for (const auto& entry : std::filesystem::directory_iterator(argv[1])) {
        if (entry.is_regular_file()) {
            paths.push_back(entry.path());
        }
    }
    std::sort(paths.begin(), paths.end());
    if (paths.empty()) {
        std::fprintf(stderr, "no corpus in %s: a replay without inputs would test nothing\n", argv[1]);
        return 1;
    }
    bool fast = true;
    std::vector<Input> corpus;
    for (const auto& path : paths) {
        corpus.push_back(read_file(path));
        fast = run(corpus.back(), path.filename().string()) && fast;
    }

    const std::uint64_t seed = seed_of_run();
    const std::uint64_t mutations = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 0;
    std::printf("%zu corpus files, %llu mutations, TROCAR_TEST_SEED=%llu\n", corpus.size(),
                static_cast<unsigned long long>(mutations), static_cast<unsigned long long>(seed));
    std::fflush(stdout);
    Mutator mutator(corpus, seed);
    for (std::uint64_t i = 0; i < mutations; ++i) {
        fast = run(mutator.next(), "mutation " + std::to_string(i)) && fast;
    }
    return fast ? 0 : 1;
}
