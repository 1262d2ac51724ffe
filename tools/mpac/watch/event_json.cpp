#include "tools/mpac/watch/event_json.hpp"

#include "protocol/wire/encoder.hpp"
#include "tools/mpac/json.hpp"

namespace mpac::tools::watch {
namespace {

using namespace client;

struct members {
  json::object& into;

  void operator()(const joined& what) const {
    into["session"] = what.info.session_id.str();
    into["is_return"] = what.is_return;
    into["coordinator_epoch"] = what.coordinator_epoch;
    into["payload"] = json::parse(protocol::to_json(protocol::message_body(what.info)));
  }
  void operator()(const caught_up& what) const {
    into["frames"] = what.frames;
    into["is_complete"] = what.is_complete;
  }
  void operator()(const connection_lost& what) const {
    into["why"] = what.why;
    into["attempt"] = what.attempt;
    into["retry_after_sec"] = what.retry_after ? json::value(base::to_seconds(*what.retry_after)) : json::value();
  }
  void operator()(const coordinator_silent&) const {}
  void operator()(const coordinator_back&) const {}
  void operator()(const causal_gap& what) const {
    into["revealed_by"] = what.revealed_by.str();
    into["missing"] = what.missing;
  }
  void operator()(const claim_waits& what) const {
    into["claim_id"] = what.claim_id.str();
    into["intent_id"] = what.intent_id.str();
    into["claimed_by"] = what.claimed_by.str();
    into["has_objection"] = what.has_objection;
  }
  void operator()(const frame_ignored& what) const { into["why"] = what.why; }
  void operator()(const events_dropped& what) const { into["count"] = what.count; }
  void operator()(const ended& what) const { into["why"] = what.why; }
  void operator()(const protocol::file_updated& what) const {
    into["path"] = what.path;
    into["state_ref"] = what.state_ref;
    into["principal"] = what.updated_by.str();
  }
  template <class Message>
  void operator()(const heard<Message>& what) const {
    into["principal"] = what.from.principal.str();
    into["message_id"] = what.from.message.str();
    into["is_coordinator"] = what.from.is_coordinator;
    into["is_missed"] = what.from.is_missed;
    into["payload"] = json::parse(protocol::to_json(protocol::message_body(what.said)));
    if (what.from.extensions)
      into["extensions"] = json::parse(what.from.extensions->text);
  }
};

/// JSON has control characters in its strings alone: DEL and C1, which it lets stand, are escaped there.
std::string without_controls(const std::string& text) {
  constexpr char digits[] = "0123456789abcdef";
  std::string safe;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    const bool is_c1 = byte == 0xc2 && at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) < 0xa0;
    if (byte != 0x7f && !is_c1) {
      safe += text[at];
      continue;
    }
    const auto point = is_c1 ? static_cast<unsigned char>(text[++at]) : byte;
    safe += "\\u00";
    safe += digits[point >> 4];
    safe += digits[point & 15];
  }
  return safe;
}

} // namespace

std::string to_json(const client::event& what, base::instant at) {
  json::object made;
  made["event"] = json::string(name_of(what));
  made["at"] = base::to_rfc3339(at);
  std::visit(members{made}, what);
  return without_controls(json::serialize(made));
}

std::string dispute_json(const protocol::conflict_summary& what, base::instant at) {
  json::object made{{"event", "disputed"},       {"at", base::to_rfc3339(at)}, {"conflict_id", what.conflict_id.str()},
                    {"category", what.category}, {"severity", what.severity},  {"state", what.state}};
  json::array parties, intents;
  for (const auto& each : {what.principal_a, what.principal_b})
    if (each)
      parties.emplace_back(each->str());
  for (const auto& each : {what.intent_a, what.intent_b})
    if (each)
      intents.emplace_back(each->str());
  made["principals"] = std::move(parties);
  made["intents"] = std::move(intents);
  return without_controls(json::serialize(made));
}

std::string arrival_json(const protocol::participant_summary& who, base::instant at) {
  const json::object made{{"event", "arrived"},
                          {"at", base::to_rfc3339(at)},
                          {"principal", who.principal_id.str()},
                          {"display_name", who.display_name},
                          {"roles", json::array(who.roles.begin(), who.roles.end())}};
  return without_controls(json::serialize(made));
}

} // namespace mpac::tools::watch
