// What an exported transcript says of its tamper-evident log (SPEC 23.1.3.1), and what it leaves out (SPEC 24).
#pragma once

#include "protocol/log_chain.hpp"
#include "protocol/wire/frame.hpp"
#include "security/log_record_text.hpp"
#include "security/signing_key.hpp"
#include "store/engine.hpp"

#include <optional>
#include <string>
#include <vector>

namespace mpac::cluster {

/// Who vouches for a log: the coordinator.
struct log_witness {
  security::signing_key key;
  std::vector<std::string> former_certificates; ///< PEM, of the keys it signed with before
};

/// What is not to leave the hub: members of payloads ("payload.summary").
using redactions = std::vector<std::string>;

/// Follows the lines of one transcript as they were chained, and writes what belongs to each. For one thread at a time.
class exported_log {
public:
  /// `end` is where the log stands behind the last line; nothing where the session keeps none.
  exported_log(std::string session_id, std::optional<protocol::chain_head> end, redactions left_out);

  /// Whether there is a log to tell of.
  [[nodiscard]] bool is_kept() const noexcept { return end_.has_value(); }

  /// Takes out of the line's frame what is not to leave, and gives the entry of the log that goes with it: `null` where
  /// it stands outside the chain, empty where the session keeps none.
  [[nodiscard]] std::string take(store::transcript_line& line);

  /// The object that tells of the log, up to the bracket that opens its entries, once all lines have been taken.
  [[nodiscard]] std::string head() const;
  /// From the bracket that closes them to the object's end. Without a witness nobody signs where the log ends.
  [[nodiscard]] std::string tail(const std::optional<log_witness>& by) const;

private:
  /// What came before the first line.
  [[nodiscard]] protocol::chain_head begin() const;

  std::string session_id_;
  std::optional<protocol::chain_head> end_;
  redactions left_out_;
  std::optional<protocol::chain_head> begin_; // once there is a line
  protocol::chain_head at_;
  protocol::chain_head redacted_; // the entries from which something was taken out
};

} // namespace mpac::cluster
