#include "bench/swarm/order.hpp"

#include <cstring>

namespace mpac::bench::swarm {
namespace {

std::uint64_t mix(std::uint64_t a, std::uint64_t b) noexcept {
  __extension__ using wide = unsigned __int128;
  const wide product = static_cast<wide>(a ^ 0x9e3779b97f4a7c15u) * (b ^ 0xd1b54a32d192ed03u);
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

} // namespace

std::uint64_t fingerprint(std::string_view bytes) noexcept {
  std::uint64_t state = bytes.size();
  const auto word = [&](std::size_t at) {
    std::uint64_t w;
    std::memcpy(&w, bytes.data() + at, 8);
    return w;
  };
  std::size_t i = 0;
  for (; i + 16 <= bytes.size(); i += 16)
    state = mix(word(i) ^ state, word(i + 8));
  char rest[16] = {};
  std::memcpy(rest, bytes.data() + i, bytes.size() - i);
  std::uint64_t tail[2];
  std::memcpy(tail, rest, 16);
  return mix(tail[0] ^ state, tail[1]);
}

bool order::agrees(std::uint64_t position, std::uint64_t chain) {
  if (chains_.empty())
    chains_.resize(remembered);
  auto& known = chains_[position % remembered];
  if (position == length_) {
    known = chain;
    ++length_;
    return true;
  }
  return position + remembered < length_ || known == chain;
}

witness::verdict witness::sees(order& common, const name& message, std::uint64_t bytes, std::uint32_t participants) {
  if (last_.empty())
    last_.resize(participants);
  chain_ = mix(chain_, bytes);
  const bool agreed = common.agrees(length_++, chain_);
  auto& last = last_[message.participant];
  const bool rising = message.sequence > last;
  last = message.sequence;
  return !rising ? verdict::repeated : agreed ? verdict::fine : verdict::diverged;
}

} // namespace mpac::bench::swarm
