#include "protocol/wire/snapshot_decoder.hpp"

#include "protocol/wire/policy_fields.hpp"
#include "protocol/wire/snapshot_reading.hpp"
#include "protocol/wire/snapshot_records.hpp"

#include <utility>

namespace mpac::protocol {
namespace {

constexpr json_place root{};

/// The members of a snapshot that are no list and no policy.
struct heading {
  std::uint64_t version = 0;
  session_id id;
  std::uint64_t epoch = 0, lamport = 0, sequence = 0;
  base::instant captured_at = never_told, created_at = never_told;
  base::instant recovered_at{}, quiet_since = base::never;
  bool is_closed = false;
  std::optional<protocol::close_reason> close_reason;
  std::optional<session_totals> totals;
  std::optional<session_limits> limits;
  std::string workspace_dir;
  bool answers_to_any_id = false, has_own_policy = false;
  std::vector<principal_id> gone;
  std::vector<contested_operations::entry> contested;
  std::map<std::string, std::string> target_refs;
};

} // namespace

template <>
struct kept<heading> {
  static constexpr auto table = std::tuple{must("snapshot_version", &heading::version),
                                           must("session_id", &heading::id),
                                           must("captured_at", &heading::captured_at),
                                           must("coordinator_epoch", &heading::epoch),
                                           must("lamport_clock", &heading::lamport),
                                           may("sequence", &heading::sequence),
                                           may("created_at", &heading::created_at),
                                           may("recovered_at", &heading::recovered_at),
                                           may("quiet_since", &heading::quiet_since),
                                           may("session_closed", &heading::is_closed),
                                           may("close_reason", &heading::close_reason),
                                           may("totals", &heading::totals),
                                           may("limits", &heading::limits),
                                           may("workspace_dir", &heading::workspace_dir),
                                           may("answers_to_any_id", &heading::answers_to_any_id),
                                           may("has_own_policy", &heading::has_own_policy),
                                           may("gone", &heading::gone),
                                           may("contested_operations", &heading::contested),
                                           may("target_state_refs", &heading::target_refs)};
};

namespace {

class snapshot_reader {
public:
  explicit snapshot_reader(reading& in) : in_(in), read_(in) {}

  bool read(const dom::object& document, const snapshot_surroundings& around) {
    return version(document) && head(document, around) && policy(document, around) && seen_before(document) &&
           anti_replay(document) && people(document) && work(document) && disputes(document) && the_rest(document);
  }
  [[nodiscard]] snapshot_records& records() noexcept { return records_; }

private:
  /// Before anything else: what another version means nobody knows.
  bool version(const dom::object& document) {
    const json_place where{&root, "snapshot_version", {}};
    std::int64_t number = 0;
    dom::element found;
    if (document["snapshot_version"].get(found) != simdjson::SUCCESS)
      return read_.fail(where, "missing");
    if (found.get(number) != simdjson::SUCCESS || number != 2)
      return read_.fail(where, "only version 2 can be read");
    return true;
  }

  bool head(const dom::object& document, const snapshot_surroundings& around) {
    heading found;
    if (!read_.members(found, document, root))
      return false;
    if (found.id.empty())
      return read_.fail({&root, "session_id", {}}, "an identifier must not be empty");
    if (found.epoch == 0)
      return read_.fail({&root, "coordinator_epoch", {}}, "the first epoch is 1");
    auto& image = records_.image;
    image.id = std::move(found.id);
    image.limits = found.limits.value_or(around.limits);
    image.workspace_dir = std::move(found.workspace_dir);
    image.created_at = found.created_at == never_told ? found.captured_at : found.created_at;
    image.epoch = found.epoch;
    image.answers_to_any_id = found.answers_to_any_id;
    image.has_own_policy = found.has_own_policy;
    image.lamport = found.lamport;
    image.sequence = found.sequence;
    image.gone = std::move(found.gone);
    image.contested = std::move(found.contested);
    image.totals = found.totals.value_or(session_totals{});
    image.quiet_since = found.quiet_since;
    image.recovered_at = found.recovered_at;
    if (found.is_closed)
      image.ended = found.close_reason.value_or(close_reason::manual);
    records_.captured_at = found.captured_at;
    records_.tells_totals = found.totals.has_value();
    records_.target_refs = std::move(found.target_refs);
    return true;
  }

  bool policy(const dom::object& document, const snapshot_surroundings& around) {
    auto policy = *around.policy;
    if (!read_.members(policy, document, root))
      return false;
    dom::element window;
    if (document["anti_replay"]["replay_window_sec"].get(window) == simdjson::SUCCESS && !window.is_null()) {
      const json_place outer{&root, "anti_replay", {}};
      if (!read_.value(policy.security.replay_window, window, {&outer, "replay_window_sec", {}}))
        return false;
    }
    if (dom::object registry; document["resource_registry"].get(registry) == simdjson::SUCCESS) {
      std::vector<resource_mapping> mappings;
      const json_place outer{&root, "resource_registry", {}};
      if (!read_.list(registry, "mappings", outer, [&](const dom::object& one, const json_place& at) {
            return read_.members(mappings.emplace_back(), one, at);
          }))
        return false;
      policy.resource_registry = std::make_shared<const resource_registry>(std::move(mappings));
    }
    for (const auto& [key, other, message] : contradictions(policy))
      return read_.fail({&root, key, {}}, message);
    if (policy.liveness.intent_backoff_multiplier < 1)
      return read_.fail({&root, "liveness_policy", {}}, "intent_backoff_multiplier: must be at least 1");
    records_.image.policy =
        policy == *around.policy ? around.policy : std::make_shared<const session_policy>(std::move(policy));
    records_.image.founding_policy = records_.image.policy; // its registry holds for life
    return true;
  }

  /// When each came and whose it was is not told: the latest that it can have been is the moment of the snapshot.
  bool seen_before(const dom::object& document) {
    dom::element ids;
    if (document["anti_replay"]["recent_message_ids"].get(ids) != simdjson::SUCCESS || ids.is_null() ||
        records_.image.policy->security_profile == security_profile::open)
      return true;
    const json_place outer{&root, "anti_replay", {}};
    std::vector<message_id> found;
    if (!read_.value(found, ids, {&outer, "recent_message_ids", {}}))
      return false;
    for (auto& id : found)
      records_.image.recent_messages.push_back(
          {records_.captured_at + 2 * records_.image.policy->security.replay_window, {}, std::move(id)});
    return true;
  }

  /// The last each incarnation was heard of; of one principal the one that was heard last.
  bool anti_replay(const dom::object& document) {
    dom::object frontiers;
    if (document["anti_replay"]["sender_frontier"].get(frontiers) != simdjson::SUCCESS)
      return true;
    const json_place outer{&root, "anti_replay", {}}, list{&outer, "sender_frontier", {}};
    for (const auto [name, each] : frontiers) {
      const json_place where{&list, name, {}};
      const auto bar = name.rfind('|');
      dom::object entry;
      if (each.get(entry) != simdjson::SUCCESS)
        return in_.wrong_type(where, "an object", each);
      if (bar == std::string_view::npos || bar > id_limit || name.size() - bar > id_limit)
        return read_.fail(where, "expected the name of a principal, '|' and its instance");
      read_frontier made;
      made.instance = instance_id(name.substr(bar + 1));
      if (!value_of(entry, "last_ts", where, made.last_seen) || !value_of(entry, "last_lamport", where, made.lamport))
        return false;
      auto& latest = records_.frontiers[principal_id(name.substr(0, bar))];
      if (latest.instance.empty() || latest.last_seen <= made.last_seen)
        latest = std::move(made);
    }
    return true;
  }

  bool people(const dom::object& document) {
    return read_.list(document, "participants", root, [&](const dom::object& object, const json_place& where) {
      auto& made = records_.participants.emplace_back();
      made.record.last_seen = never_told;
      made.record.joined_at = never_told;
      if (!read_.members(made.record, object, where))
        return false;
      made.tells_departure = object["departed"].error() == simdjson::SUCCESS;
      if (dom::element model; object["backend_model_id"].get(model) != simdjson::SUCCESS || model.is_null())
        return true;
      backend_record backend;
      if (!read_.members(backend, object, where))
        return false;
      made.record.backend = std::make_shared<const backend_record>(std::move(backend));
      return true;
    });
  }

  bool work(const dom::object& document) {
    return read_.list(document, "intents", root, [&](const dom::object& object, const json_place& where) {
      auto& made = records_.intents.emplace_back();
      made.received_at = never_told;
      return read_.members(made, object, where);
    }) && read_.list(document, "operations", root, [&](const dom::object& object, const json_place& where) {
      auto& made = records_.operations.emplace_back();
      made.created_at = never_told;
      made.compared_with = not_told;
      return read_.members(made, object, where);
    }) && read_.list(document, "deferrals", root, [&](const dom::object& object, const json_place& where) {
      auto& made = records_.deferrals.emplace_back();
      return read_.members(made.record, object, where) && value_of(object, "still_open", where, made.still_open);
    });
  }

  bool disputes(const dom::object& document) {
    const auto read_claim = [&](const dom::object& object, const json_place& where) {
      auto& made = records_.claims.emplace_back();
      made.record.submitted_at = never_told;
      made.tells_wait = object["waits_for"].error() == simdjson::SUCCESS;
      return read_.members(made.record, object, where) && value_of(object, "message", where, made.message) &&
             decision(object, where, made.record.decision);
    };
    return read_.list(document, "conflicts", root,
                      [&](const dom::object& object, const json_place& where) {
                        auto& made = records_.conflicts.emplace_back();
                        made.tells_parties = object["intent_a"].error() == simdjson::SUCCESS ||
                                             object["intent_b"].error() == simdjson::SUCCESS;
                        made.record.created_at = never_told;
                        made.record.next_step = never_told;
                        made.record.intents_by_then = not_told;
                        return read_.members(made.record, object, where) &&
                               value_of(object, "scope_frozen", where, made.is_frozen);
                      }) &&
           read_.list(document, "claims", root, read_claim) && read_.list(document, "pending_claims", root, read_claim);
  }

  /// `pending` stands where others have nothing.
  bool decision(const dom::object& object, const json_place& where, std::optional<claim_decision>& out) {
    std::string_view word;
    if (object["decision"].get(word) == simdjson::SUCCESS && word == "pending")
      return true;
    return value_of(object, "decision", where, out);
  }

  bool the_rest(const dom::object& document) {
    auto& image = records_.image;
    records_.tells_batches = document["batches"].error() == simdjson::SUCCESS;
    records_.tells_targets = document["target_state_refs"].error() == simdjson::SUCCESS;
    return read_.list(document, "batches", root, [&](const dom::object& object, const json_place& where) {
      auto& [id, who] = image.batches.emplace_back();
      return value_of(object, "batch_id", where, id) && value_of(object, "principal_id", where, who);
    }) && read_.list(document, "backoffs", root, [&](const dom::object& object, const json_place& where) {
      announce_backoff made;
      principal_id who;
      if (!read_.members(made, object, where) || !value_of(object, "principal_id", where, who))
        return false;
      if (image.backoffs.empty() || image.backoffs.back().first != who)
        image.backoffs.emplace_back(who, std::vector<announce_backoff>{});
      auto& all = image.backoffs.back().second;
      if (all.size() < backoffs_per_principal)
        all.push_back(std::move(made));
      return true;
    });
  }

  /// One member by itself; as it was where there is none.
  template <class T>
  bool value_of(const dom::object& object, std::string_view name, const json_place& outer, T& out) {
    dom::element found;
    return object[name].get(found) != simdjson::SUCCESS || found.is_null() ||
           read_.value(out, found, {&outer, name, {}});
  }

  reading& in_;
  snapshot_reading read_;
  snapshot_records records_;
};

/// Contents for what the snapshot names; what is in another state than it tells has been changed behind its back.
void add_files(session_image& image, const file_table& files) {
  std::map<std::string_view, std::string_view> told(image.targets.begin(), image.targets.end());
  for (const auto& [path, file] : files.files())
    if (const auto found = told.find(path); found == told.end() || found->second == file.state_ref())
      image.files.put(path, file);
}

} // namespace

base::result<session_image, snapshot_problem> read_snapshot(std::string_view text,
                                                            const snapshot_surroundings& around) {
  const auto wrong = [](std::string why) { return base::fail(snapshot_problem{std::move(why)}); };
  if (text.size() > longest_snapshot)
    return wrong("snapshot: longer than " + std::to_string(longest_snapshot) + " bytes");
  dom::parser parser;
  if (parser.allocate(1024, depth_limit + 1) != simdjson::SUCCESS)
    throw std::bad_alloc();
  dom::object document;
  if (const auto error = parser.parse(text.data(), text.size()).get(document))
    return wrong(std::string("snapshot: no JSON object: ") + simdjson::error_message(error));
  if (const auto at = raw_json::find_lone_surrogate(text))
    return wrong("snapshot: half a surrogate pair escaped at byte " + std::to_string(*at));
  reading in(text, strictness::lenient);
  snapshot_reader reader(in);
  if (!reader.read(document, around))
    return wrong(std::move(in.problem));
  if (auto why = complete(reader.records()))
    return wrong(std::move(*why));
  auto& image = reader.records().image;
  add_files(image, around.files);
  return std::move(image);
}

} // namespace mpac::protocol
