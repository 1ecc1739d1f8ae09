#pragma once

#include <cmath>

namespace trocar::ui {

/// Rate of a growing count, as an exponential mean with a time constant of 2 s: steady enough to read, quick enough to
/// show that a disk stalls. A value.
class RateMeter {
public:
    static constexpr double kTimeConstant = 2.0;  ///< seconds

    /// `now` in seconds since any start, ascending.
    void sample(double now, double count) {
        if (samples_++ == 0) {
            start_ = {now, count};
            last_ = start_;
            return;
        }
        const double elapsed = now - last_.at;
        if (elapsed <= 0) {
            return;
        }
        const double recent = (count - last_.count) / elapsed;
        const double keep = std::exp(-elapsed / kTimeConstant);
        // Until one time constant has gone by, the plain mean since the start is the better estimate.
        rate_ = now - start_.at < kTimeConstant ? (count - start_.count) / (now - start_.at)
                                                : keep * rate_ + (1 - keep) * recent;
        last_ = {now, count};
    }
    [[nodiscard]] double perSecond() const { return rate_; }
    /// Seconds until `total`, or -1 when not known.
    [[nodiscard]] double secondsLeft(double done, double total) const {
        return rate_ > 0 && total > 0 && total >= done ? (total - done) / rate_ : -1;
    }

private:
    struct Point {
        double at = 0, count = 0;
    };
    Point start_, last_;
    double rate_ = 0;
    int samples_ = 0;
};

}  // namespace trocar::ui
