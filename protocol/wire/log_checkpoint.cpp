#include "protocol/wire/log_checkpoint.hpp"

#include <string>

namespace mpac::protocol {

std::optional<json_text> checkpoint_of(const chain_head& log) {
  if (log.entries == 0)
    return std::nullopt;
  constexpr char digits[] = "0123456789abcdef";
  std::string text =
      "{\"" + std::string(checkpoint_name) + "\":{\"entries\":" + std::to_string(log.entries) + ",\"head\":\"";
  for (const auto byte : log.head) {
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return json_text{text + "\"}}"};
}

} // namespace mpac::protocol
