#include "net/unmask.hpp"

#include <cstring>

namespace mpac::net {

void unmask(char* to, const char* from, std::size_t size, const masking_key& key, std::size_t offset) {
  // The key turned so that it begins with the byte due now, twice: a word at a time, and the compiler makes vectors of
  // it.
  std::array<std::uint8_t, 8> turned;
  for (std::size_t i = 0; i < turned.size(); ++i)
    turned[i] = key[(offset + i) & 3];
  std::uint64_t wide;
  std::memcpy(&wide, turned.data(), sizeof wide);

  std::size_t done = 0;
  for (; done + sizeof wide <= size; done += sizeof wide) {
    std::uint64_t word;
    std::memcpy(&word, from + done, sizeof word);
    word ^= wide;
    std::memcpy(to + done, &word, sizeof word);
  }
  for (; done < size; ++done)
    to[done] = static_cast<char>(static_cast<std::uint8_t>(from[done]) ^ turned[done & 3]);
}

} // namespace mpac::net
