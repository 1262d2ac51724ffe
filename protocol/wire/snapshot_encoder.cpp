#include "protocol/wire/snapshot_encoder.hpp"

#include "protocol/session.hpp"
#include "protocol/wire/encoder.hpp"
#include "protocol/wire/json_pieces.hpp"
#include "protocol/wire/member_traits.hpp"
#include "protocol/wire/policy_fields.hpp"
#include "protocol/wire/policy_json.hpp"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace mpac::protocol {
namespace {

template <class T>
inline constexpr bool is_map = false;
template <class T, class Order>
inline constexpr bool is_map<std::map<std::string, T, Order>> = true;

/// Writes members; what has no value is null, which existing readers take for absent (unlike in messages).
class page {
public:
  page() { out_.StartObject(); }

  template <class T>
  void put(std::string_view name, const T& what) {
    text(name);
    value(what);
  }
  void put(std::string_view name, const char* what) { put(name, std::string_view(what)); }

  /// The members of a record's table.
  template <kept_as_table T>
  void members(const T& of) {
    std::apply([&](const auto&... field) { (put(field.name, of.*field.member), ...); }, kept<T>::table);
  }

  /// An object: `fill` writes its members.
  template <class Fill>
  void object(std::string_view name, Fill&& fill) {
    text(name);
    out_.StartObject();
    fill();
    out_.EndObject();
  }
  /// A list of objects: `fill` writes the members of one entry.
  template <class Entries, class Fill>
  void list(std::string_view name, const Entries& entries, Fill&& fill) {
    text(name);
    out_.StartArray();
    for (const auto& entry : entries) {
      out_.StartObject();
      fill(entry);
      out_.EndObject();
    }
    out_.EndArray();
  }

  [[nodiscard]] std::string done() {
    out_.EndObject();
    return {buffer_.GetString(), buffer_.GetSize()};
  }

private:
  void text(std::string_view value) { write_text(out_, buffer_, rapidjson::kStringType, value); }
  void raw(std::string_view json) { write_raw(out_, buffer_, rapidjson::kObjectType, json); }

  template <class T>
  void value(const T& what) {
    if constexpr (std::is_convertible_v<T, std::string_view>)
      text(what);
    else if constexpr (base::is_strong_id<T>)
      text(what.str());
    else if constexpr (std::is_same_v<T, bool>)
      out_.Bool(what);
    else if constexpr (std::is_enum_v<T>)
      text(to_word(what));
    else if constexpr (std::is_signed_v<T> && std::is_integral_v<T>)
      out_.Int64(what);
    else if constexpr (std::is_integral_v<T>)
      out_.Uint64(what);
    else if constexpr (std::is_same_v<T, double>)
      out_.Double(what);
    else if constexpr (std::is_same_v<T, base::duration>)
      out_.Double(base::to_seconds(what));
    else if constexpr (std::is_same_v<T, base::instant>)
      what == base::never ? void(out_.Null()) : text(base::to_rfc3339(what));
    else if constexpr (is_optional<T>)
      what ? value(*what) : void(out_.Null());
    else if constexpr (is_word<T>)
      text(what.text());
    else if constexpr (std::is_same_v<T, scope>)
      raw(to_json(what));
    else if constexpr (std::is_same_v<T, json_text>)
      raw(what.text);
    else if constexpr (std::is_same_v<T, resource_registry>)
      raw(json_of(what).text);
    else if constexpr (is_map<T>)
      map(what);
    else if constexpr (kept_as_table<T>)
      record(what);
    else
      entries(what);
  }

  template <class Entries>
  void entries(const Entries& all) {
    out_.StartArray();
    for (const auto& one : all)
      value(one);
    out_.EndArray();
  }
  template <class Map>
  void map(const Map& all) {
    out_.StartObject();
    for (const auto& [name, one] : all)
      put(name, one);
    out_.EndObject();
  }
  template <class Record>
  void record(const Record& what) {
    out_.StartObject();
    members(what);
    out_.EndObject();
  }

  rapidjson::StringBuffer buffer_;
  rapidjson::Writer<rapidjson::StringBuffer> out_{buffer_};
};

/// All within the replay window (SPEC 23.1.2). In the open profile, which remembers none, the last message of those who
/// spoke last: its frontier is what refuses repetitions (SPEC 12.7 rule 6).
std::vector<message_id> recent_messages(const session& facts) {
  if (facts.policy().security_profile != security_profile::open) {
    std::vector<message_id> all;
    for (auto& one : facts.recent_messages().all())
      all.push_back(std::move(one.message));
    return all;
  }
  constexpr std::size_t most_recent = 200; // as many as existing coordinators keep
  std::vector<const participant_record*> speakers;
  for (const auto& who : facts.people())
    if (!who.last_message.empty())
      speakers.push_back(&who);
  std::stable_sort(speakers.begin(), speakers.end(),
                   [](const auto* a, const auto* b) { return a->last_seen < b->last_seen; });
  if (speakers.size() > most_recent)
    speakers.erase(speakers.begin(), speakers.end() - most_recent);
  std::vector<message_id> recent;
  for (const auto* who : speakers)
    recent.push_back(who->last_message);
  return recent;
}

void write_anti_replay(page& to, const session& facts) {
  to.object("anti_replay", [&] {
    to.put("replay_window_sec", facts.policy().security.replay_window);
    to.put("recent_message_ids", recent_messages(facts));
    to.object("sender_frontier", [&] {
      for (const auto& who : facts.people())
        to.object(who.principal_id.str() + '|' + who.instance.str(), [&] {
          to.put("last_ts", who.last_seen);
          to.put("last_lamport", who.lamport);
        });
    });
  });
}

void write_participant(page& to, const participant_record& who) {
  to.members(who);
  if (who.backend)
    to.members(*who.backend);
}

void write_intent(page& to, const intent_record& intent, const session& facts, base::instant now) {
  auto shown = intent;
  shown.state = facts.state_of(intent, now);
  if (is_terminal(shown.state) && shown.ended_with == 0) // in a session that has ended it runs out when it is read
    shown.ended_with = facts.sequence();
  if (const auto* claim = is_terminal(intent.state) ? nullptr : facts.claims().on(intent.intent_id))
    shown.claimed_by = claim->claimant;
  to.members(shown);
}

void write_claim(page& to, const claim_record& claim) {
  to.members(claim);
  to.put("decision", claim.decision);
  // What is relayed once it is approved, byte for byte.
  to.put("message", claim.frame ? std::optional(std::string(claim.frame->payload())) : std::nullopt);
}

void write_deferral(page& to, const deferral_record& deferral) {
  to.members(deferral);
  std::vector<intent_id> open;
  for (const auto& id : deferral.observed_intent_ids)
    if (deferral.still_open.contains(id))
      open.push_back(id);
  to.put("still_open", open);
}

void write_conflict(page& to, const conflict_record& conflict) {
  to.members(conflict);
  to.put("scope_frozen", conflict.phase != freeze_phase::none);
}

/// Which operation each of them goes on from: the last one before it that left its target in the state it starts from.
/// The chain is told and changes nothing (SPEC 16.5, O-109).
class chain {
public:
  std::optional<op_id> next(const operation_record& operation) {
    std::optional<op_id> before;
    const bool has_happened =
        operation.state == operation_state::committed || operation.state == operation_state::superseded;
    if (!has_happened)
      return before;
    if (operation.state_ref_before)
      if (const auto found = last_.find({operation.target, *operation.state_ref_before}); found != last_.end())
        before = found->second;
    if (operation.state_ref_after)
      last_.insert_or_assign({operation.target, *operation.state_ref_after}, operation.op_id);
    return before;
  }

private:
  std::map<std::pair<std::string_view, std::string_view>, op_id> last_;
};

/// Remembered and live records in the order in which they began.
template <class Record, class Past, class Before>
std::vector<const Record*> joined(const Past& past, std::vector<const Record*> live, Before before) {
  past.for_each([&](const Record& record) { live.push_back(&record); });
  std::stable_sort(live.begin(), live.end(), [&](const Record* a, const Record* b) { return before(*a, *b); });
  return live;
}

template <class Record>
std::vector<const Record*> all_of(const session&);

template <>
std::vector<const intent_record*> all_of(const session& facts) {
  return joined(facts.past_intents(), facts.intents().all(),
                [](const intent_record& a, const intent_record& b) { return a.order < b.order; });
}
template <>
std::vector<const operation_record*> all_of(const session& facts) {
  return joined(facts.past_operations(), facts.proposals().all(),
                [](const operation_record& a, const operation_record& b) { return a.order < b.order; });
}
template <>
std::vector<const conflict_record*> all_of(const session& facts) {
  return joined(facts.past_conflicts(), facts.conflicts().all(),
                [](const conflict_record& a, const conflict_record& b) { return a.order < b.order; });
}

template <>
std::vector<const claim_record*> all_of(const session& facts) {
  return joined(facts.past_claims(), facts.claims().all(),
                [](const claim_record& a, const claim_record& b) { return a.order < b.order; });
}

void write_targets(page& to, const session& facts) {
  std::map<std::string_view, std::string_view> refs;
  for (const auto& [target, ref] : facts.target_refs())
    refs.emplace(target, ref);
  for (const auto& [path, file] : facts.files().files())
    refs.insert_or_assign(path, file.state_ref()); // the content has the last word
  to.object("target_state_refs", [&] {
    for (const auto& [target, ref] : refs)
      to.put(target, ref);
  });
}

void write_backoffs(page& to, const session& facts) {
  const auto sorted = [&] {
    std::map<std::string_view, const std::vector<announce_backoff>*> all;
    for (const auto& [who, refused] : facts.backoffs().all())
      all.emplace(who.str(), &refused);
    return all;
  }();
  std::vector<std::pair<std::string_view, const announce_backoff*>> each;
  for (const auto& [who, refused] : sorted)
    for (const auto& one : *refused)
      each.emplace_back(who, &one);
  to.list("backoffs", each, [&](const auto& one) {
    to.put("principal_id", one.first);
    to.members(*one.second);
  });
}

/// Contents are not part of a snapshot: whoever takes one up hands them in beside it.
void write_files(page& to, const session& facts) {
  to.list("files", facts.files().files(), [&](const auto& file) {
    to.put("path", file.first);
    to.put("state_ref", file.second.state_ref());
    to.put("size", std::uint64_t{file.second.size()});
  });
}

void write_batches(page& to, const session& facts) {
  std::vector<std::pair<op_id, principal_id>> all;
  facts.batches().for_each_with_id([&](const op_id& id, const principal_id& who) { all.emplace_back(id, who); });
  to.list("batches", all, [&](const auto& batch) {
    to.put("batch_id", batch.first);
    to.put("principal_id", batch.second);
  });
}

void write_heading(page& to, const session& facts, base::instant now) {
  to.put("snapshot_version", std::uint64_t{2});
  to.put("session_id", facts.origin().id);
  to.put("captured_at", now);
  to.put("created_at", facts.origin().created_at);
  to.put("coordinator_epoch", facts.origin().epoch);
  to.put("lamport_clock", facts.lamport());
  to.put("sequence", facts.sequence());
  to.put("recovered_at", facts.recovered_at());
  to.put("quiet_since", facts.quiet_since());
  to.put("session_closed", facts.ended().has_value());
  to.put("close_reason", facts.ended());
}

} // namespace

std::string snapshot_json(const session& facts, base::instant now) {
  page to;
  write_heading(to, facts, now);
  write_anti_replay(to, facts);
  to.list("participants", facts.people(), [&](const participant_record& who) { write_participant(to, who); });
  to.put("gone", facts.people().gone());
  to.list("intents", all_of<intent_record>(facts), [&](const auto* intent) { write_intent(to, *intent, facts, now); });
  to.list("operations", all_of<operation_record>(facts), [&, links = chain()](const auto* one) mutable {
    to.members(*one);
    to.put("follows", links.next(*one));
  });
  to.list("conflicts", all_of<conflict_record>(facts), [&](const auto* conflict) { write_conflict(to, *conflict); });
  write_targets(to, facts);
  write_files(to, facts);
  to.list("deferrals", facts.deferrals().all(), [&](const auto* deferral) { write_deferral(to, *deferral); });
  to.list("claims", all_of<claim_record>(facts), [&](const auto* claim) { write_claim(to, *claim); });
  to.list("pending_claims", facts.claims().all(), [&](const auto* claim) { write_claim(to, *claim); });
  write_backoffs(to, facts);
  to.put("contested_operations", facts.contested().all());
  write_batches(to, facts);
  to.put("totals", facts.totals());
  to.put("limits", facts.origin().limits);
  to.put("workspace_dir", facts.origin().workspace_dir);
  to.put("answers_to_any_id", facts.origin().answers_to_any_id);
  to.put("has_own_policy", facts.origin().has_own_policy);
  to.members(facts.policy());
  if (facts.registry())
    to.put("resource_registry", *facts.registry());
  return to.done();
}

} // namespace mpac::protocol
