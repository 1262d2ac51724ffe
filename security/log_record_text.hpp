// What an exported transcript says of its log, as JSON texts (SPEC 23.1.3.1): written here, and read by the verifier.
#pragma once

#include "security/hash_chain.hpp"
#include "security/signing_key.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mpac::security {

// "log_chain" is an object of
//   mechanism                  log_mechanism
//   begins_behind              {entries, head}: what came before the first entry of this transcript
//   entries                    one for each of `messages`, in their order (log_entry)
//   head                       {session_id, entries, head, signature}: the end of the log, signed by the coordinator
//   coordinator_certificates   PEM texts, each a chain: of the coordinator's key, and of those before

/// The record of one message.
struct log_entry {
  std::uint64_t index = 0;
  log_digest digest{};                ///< of the frame as it is kept
  log_digest link{};                  ///< behind it
  std::optional<log_digest> original; ///< where what came was kept in another form: its digest
  bool is_redacted = false;           ///< the message is not told as it is kept: its digest can't be made again

  friend bool operator==(const log_entry&, const log_entry&) = default;
};

/// {"digest", "index", "link", "original", "redacted"}: canonical, the last two only where they say something.
[[nodiscard]] std::string to_json(const log_entry& of);
/// Reads the canonical text; nothing where it is any other.
[[nodiscard]] std::optional<log_entry> read_log_entry(std::string_view canonical);

/// {"entries", "head"}, canonical.
[[nodiscard]] std::string to_json(const chain_head& of);
/// {"entries", "head", "session_id"} and the coordinator's signature.
[[nodiscard]] std::string signed_head(std::string_view session_id, const chain_head& of, const signing_key& by);

/// Reads `entries` and `head` of an object of JSON; nothing where they are not there or have another form.
[[nodiscard]] std::optional<chain_head> read_chain_head(std::string_view json);

/// A text as a JSON string.
[[nodiscard]] std::string to_json_string(std::string_view text);

} // namespace mpac::security
