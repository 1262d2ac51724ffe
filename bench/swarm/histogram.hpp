// A log-linear histogram in the manner of HdrHistogram: fixed memory, every value kept to within 0.8 per cent.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace mpac::bench {

/// Counts non-negative 64-bit values. Values below 256 are exact; above, each power of two has 128 buckets.
/// Not thread-safe: one for each thread, then `add` them.
class histogram {
public:
  void record(std::uint64_t value) noexcept {
    ++counts_[bucket(value)];
    ++count_;
    max_ = std::max(max_, value);
  }

  void add(const histogram& other) noexcept {
    for (std::size_t i = 0; i < counts_.size(); ++i)
      counts_[i] += other.counts_[i];
    count_ += other.count_;
    max_ = std::max(max_, other.max_);
  }

  void clear() noexcept {
    std::fill(counts_.begin(), counts_.end(), 0);
    count_ = max_ = 0;
  }

  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
  [[nodiscard]] std::uint64_t max() const noexcept { return max_; }

  /// The value that `share` (0 to 1) of all recorded values do not exceed; 0 when nothing was recorded.
  [[nodiscard]] std::uint64_t percentile(double share) const noexcept {
    const auto wanted =
        std::max<std::uint64_t>(1, static_cast<std::uint64_t>(share * static_cast<double>(count_) + 0.5));
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < counts_.size(); ++i)
      if ((seen += counts_[i]) >= wanted)
        return std::min(highest_in(i), max_);
    return max_;
  }

private:
  static constexpr unsigned sub_bits = 7;
  static constexpr std::uint64_t sub_count = 1u << sub_bits;

  // Below 2^(sub_bits+1) the bucket is the value; then `shift` drops the low bits of each power of two.
  static std::size_t bucket(std::uint64_t value) noexcept {
    const unsigned width = static_cast<unsigned>(std::bit_width(value));
    const unsigned shift = width > sub_bits + 1 ? width - sub_bits - 1 : 0;
    return static_cast<std::size_t>(shift * sub_count + (value >> shift));
  }

  static std::uint64_t highest_in(std::size_t bucket) noexcept {
    if (bucket < 2 * sub_count)
      return bucket;
    const std::uint64_t shift = bucket / sub_count - 1;
    const std::uint64_t lead = bucket - shift * sub_count;
    return ((lead + 1) << shift) - 1;
  }

  std::vector<std::uint64_t> counts_ = std::vector<std::uint64_t>((64 - sub_bits) * sub_count + sub_count);
  std::uint64_t count_ = 0;
  std::uint64_t max_ = 0;
};

} // namespace mpac::bench
