#include "protocol/wire/log_checkpoint.hpp"

#include <string>

namespace mpac::protocol {

std::optional<json_text> checkpoint_of(const chain_head& log) {
  if (log.entries == 0)
    return std::nullopt;
  return json_text{"{\"" + std::string(checkpoint_name) + "\":{\"entries\":" + std::to_string(log.entries) +
                   ",\"head\":\"" + to_hex(log.head) + "\"}}"};
}

} // namespace mpac::protocol
