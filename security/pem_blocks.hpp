// The blocks of a PEM text (RFC 7468), with what stands between them left out.
#pragma once

#include "base/result.hpp"
#include "security/text_fault.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mpac::security {

struct pem_block {
  std::string label; ///< "CERTIFICATE"
  std::string der;
  std::string key_id; ///< of a line `kid: …` before it; empty: there is none
  int line = 0;       ///< of its BEGIN
};

/// Text outside of blocks is skipped, as tools write it there, but for `kid: …`. Refused are blocks that do not end, do
/// not decode or carry headers (an encrypted key), and more than `most` of them. A text without any block has none.
[[nodiscard]] base::result<std::vector<pem_block>, text_fault> read_pem_blocks(std::string_view text, std::size_t most);

} // namespace mpac::security
