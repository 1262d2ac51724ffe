// Reads what byte_writer wrote, out of bytes that may be anything.
#pragma once

#include "store/fault.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace mpac::store {

/// Walks over bytes, which have to outlive it. Each step is false when the bytes do not hold what was asked for; `why`
/// then tells the first thing that was wrong, and nothing more should be read.
class byte_reader {
public:
  explicit byte_reader(std::string_view bytes)
      : begin_(bytes.data()), at_(bytes.data()), end_(bytes.data() + bytes.size()),
        memory_left_(bytes.size() * memory_per_byte + memory_for_all) {}

  [[nodiscard]] bool byte(std::uint8_t& value);
  [[nodiscard]] bool number(std::uint64_t& value) {
    if (at_ != end_ && static_cast<std::uint8_t>(*at_) < 0x80) {
      value = static_cast<std::uint8_t>(*at_++);
      return true;
    }
    return long_number(value);
  }
  /// A number that counts things of at least one byte each.
  [[nodiscard]] bool count(std::size_t& value);
  [[nodiscard]] bool bytes(std::size_t size, std::string_view& raw);
  [[nodiscard]] bool text(std::string_view& value) {
    std::size_t size = 0;
    return count(size) && bytes(size, value);
  }
  [[nodiscard]] bool eight_bytes(std::uint64_t& value);
  /// The length that `measured_widely` wrote.
  [[nodiscard]] bool wide_length(std::size_t& value);

  /// Reads with `take` what `measured` wrote, and skips what that leaves.
  template <class Take>
  [[nodiscard]] bool measured(Take&& take) {
    std::size_t length = 0;
    return count(length) && within(length, std::forward<Take>(take));
  }
  template <class Take>
  [[nodiscard]] bool measured_widely(Take&& take) {
    std::size_t length = 0;
    return wide_length(length) && within(length, std::forward<Take>(take));
  }

  /// Asks for memory that something of the bytes is going to take: what they can make one take is bounded, whatever
  /// they say.
  [[nodiscard]] bool may_take(std::size_t memory) {
    if (memory > memory_left_)
      return fail("more things than so few bytes may hold");
    memory_left_ -= memory;
    return true;
  }

  /// Whether what is being read is over: the whole, or the innermost `measured`.
  [[nodiscard]] bool at_end() const noexcept { return at_ == end_; }
  [[nodiscard]] std::string_view rest() const noexcept { return {at_, static_cast<std::size_t>(end_ - at_)}; }
  [[nodiscard]] std::size_t position() const noexcept { return static_cast<std::size_t>(at_ - begin_); }

  /// Always false.
  bool fail(std::string what);
  [[nodiscard]] fault why() const { return {why_}; }

private:
  /// No record takes more memory for a byte of its own; the largest do with a third.
  static constexpr std::size_t memory_per_byte = 64;
  static constexpr std::size_t memory_for_all = 64 * 1024;

  [[nodiscard]] bool long_number(std::uint64_t& value);
  template <class Take>
  [[nodiscard]] bool within(std::size_t length, Take&& take) {
    const auto* outer = end_;
    const auto* inner = at_ + length;
    end_ = inner;
    if (!std::forward<Take>(take)())
      return false;
    at_ = inner;
    end_ = outer;
    return true;
  }

  const char* begin_;
  const char* at_;
  const char* end_;
  std::size_t memory_left_;
  std::string why_;
};

} // namespace mpac::store
