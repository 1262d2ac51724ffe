#include "cluster/exported_log.hpp"

#include "protocol/wire/redaction.hpp"
#include "security/hash_chain.hpp"

namespace mpac::cluster {

std::string exported_log::take(store::transcript_line& line) {
  std::string note = end_ ? "null" : ""; // of what stands outside the chain
  const bool is_chained = end_ && line.index != 0 && (begin_ || line.before);
  if (is_chained) {
    if (!begin_)
      at_ = *(begin_ = protocol::chain_head{line.index - 1, *line.before});
    security::log_entry entry;
    entry.digest = security::entry_digest(line.frame->payload());
    entry.original = line.original;
    at_ = security::extended(at_, entry.digest, entry.original);
    entry.index = line.index;
    entry.link = at_.head;
    note = to_json(entry);
  }
  if (const auto told = protocol::redacted(line.frame->payload(), left_out_); !told.empty()) {
    line.frame = protocol::frame::of(told);
    if (is_chained)
      note.insert(note.size() - 1, ",\"redacted\":true");
  }
  return note;
}

std::string exported_log::head() const {
  const auto begin = begin_.value_or(*end_); // of nothing that is still kept
  return "{\"mechanism\":\"" + std::string(security::log_mechanism) +
         "\",\"begins_behind\":" + security::to_json(begin) + ",\"entries\":[";
}

std::string exported_log::tail(const std::optional<log_witness>& by) const {
  std::string text =
      "],\"head\":" + (by ? security::signed_head(session_id_, *end_, by->key) : security::to_json(*end_)) +
      ",\"coordinator_certificates\":[";
  if (by) {
    text += security::to_json_string(by->key.certificate_chain());
    for (const auto& former : by->former_certificates)
      text += ',' + security::to_json_string(former);
  }
  return text + "]}";
}

} // namespace mpac::cluster
