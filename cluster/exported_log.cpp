#include "cluster/exported_log.hpp"

#include "protocol/wire/redaction.hpp"
#include "security/hash_chain.hpp"

namespace mpac::cluster {

exported_log::exported_log(std::string session_id, std::optional<protocol::chain_head> end, redactions left_out)
    : session_id_(std::move(session_id)), end_(end),
      left_out_(std::move(left_out)), redacted_{0, security::genesis(session_id_)} {}

std::string exported_log::take(store::transcript_line& line) {
  std::string note = end_ ? "null" : ""; // of what stands outside the chain
  const bool is_chained = end_ && line.index != 0 && (begin_ || line.before);
  const auto told = protocol::redacted(line.frame->payload(), left_out_);
  if (is_chained) {
    if (!begin_)
      at_ = *(begin_ = protocol::chain_head{line.index - 1, *line.before});
    security::log_entry entry;
    entry.digest = security::entry_digest(line.frame->payload());
    at_ = security::extended(at_, entry.digest);
    entry.index = line.index;
    entry.link = at_.head;
    if (!told.empty()) {
      entry.redacted = security::entry_digest(told);
      redacted_ = security::one_more_redacted(redacted_, entry.index, *entry.redacted);
    }
    note = to_json(entry);
  }
  if (!told.empty())
    line.frame = protocol::frame::of(told);
  return note;
}

protocol::chain_head exported_log::begin() const {
  return begin_.value_or(*end_); // of nothing that is still kept
}

std::string exported_log::head() const {
  return "{\"mechanism\":\"" + std::string(security::log_mechanism) +
         "\",\"begins_behind\":" + security::to_json(begin()) + ",\"entries\":[";
}

std::string exported_log::tail(const std::optional<log_witness>& by) const {
  const security::log_end end{session_id_, begin(), *end_, redacted_};
  std::string text = "],\"head\":" + (by ? security::signed_head(end, by->key) : security::to_json(end)) +
                     ",\"coordinator_certificates\":[";
  if (by) {
    text += security::to_json_string(by->key.certificate_chain());
    for (const auto& former : by->former_certificates)
      text += ',' + security::to_json_string(former);
  }
  return text + "]}";
}

} // namespace mpac::cluster
