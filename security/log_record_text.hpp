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
//   head                       the end of the log and all that may be missing of it, signed by the coordinator
//   (log_end) coordinator_certificates   PEM texts, each a chain: of the coordinator's key, and of those before

/// The record of one message.
struct log_entry {
  std::uint64_t index = 0;
  log_digest digest{}; ///< of the frame as it is kept
  log_digest link{};   ///< behind it
  /// Where the message is not told as it is kept, so that its digest can't be made again: the digest of what is told.
  std::optional<log_digest> redacted;

  friend bool operator==(const log_entry&, const log_entry&) = default;
};

/// {"digest", "index", "link", "redacted"}: canonical, the last only where it says something.
[[nodiscard]] std::string to_json(const log_entry& of);
/// Reads the canonical text; nothing where it is any other.
[[nodiscard]] std::optional<log_entry> read_log_entry(std::string_view canonical);

/// {"entries", "head"}, canonical.
[[nodiscard]] std::string to_json(const chain_head& of);

/// What the coordinator says of a transcript as a whole: nobody else can cut its beginning or its end, or claim that an
/// entry was redacted.
struct log_end {
  std::string session_id;
  chain_head begins_behind; ///< as in log_chain
  chain_head end;           ///< behind the last entry
  chain_head redacted;      ///< of the entries that are told redacted (one_more_redacted)

  friend bool operator==(const log_end&, const log_end&) = default;
};

/// {"begins_behind", "entries", "head", "redacted", "session_id"}, canonical: `begins_behind` and `redacted` are
/// objects of `entries` and `head` themselves.
[[nodiscard]] std::string to_json(const log_end& of);
/// The same with the coordinator's signature.
[[nodiscard]] std::string signed_head(const log_end& of, const signing_key& by);

/// Reads `entries` and `head` of an object of JSON; nothing where they are not there or have another form.
[[nodiscard]] std::optional<chain_head> read_chain_head(std::string_view json);

/// Reads what `to_json` wrote, signed or not; nothing where a member is missing or has another form.
[[nodiscard]] std::optional<log_end> read_log_end(std::string_view json);

/// A text as a JSON string.
[[nodiscard]] std::string to_json_string(std::string_view text);

} // namespace mpac::security
