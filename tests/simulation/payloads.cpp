#include "tests/simulation/payloads.hpp"

#include "protocol/wire/encoder.hpp"

#include <algorithm>

namespace mpac::tests {
namespace {

using namespace mpac::protocol;

/// Puts the members of an object together.
class members {
public:
  members& text(std::string_view name, std::string_view value) {
    open(name).append(1, '"').append(value).append(1, '"');
    return *this;
  }
  members& raw(std::string_view name, std::string_view value) {
    open(name).append(value);
    return *this;
  }
  std::string take() { return std::move(text_); }

private:
  std::string& open(std::string_view name) {
    if (!text_.empty())
      text_ += ',';
    return text_.append(1, '"').append(name).append("\":");
  }
  std::string text_;
};

template <std::size_t N>
std::string_view one_of(const std::string_view (&words)[N], dice& chance) {
  return words[chance.roll(static_cast<std::uint32_t>(N))];
}

std::string scope(knowledge& known, dice& chance) {
  const auto kind = chance.roll(12);
  if (kind == 0)
    return R"({"kind":"resource_path","pattern":"src/*"})";
  if (kind == 1)
    return R"({"kind":"task_set","task_ids":["t1","t2"]})";
  if (kind == 2)
    return R"({"kind":"entity_set","entities":["auth"],"canonical_uris":["urn:auth"]})";
  if (kind == 3 && chance.roll(4) == 0)
    return R"({"kind":"file_set","resources":[]})"; // nobody may
  auto text = R"({"kind":"file_set","resources":[")" + known.file();
  if (kind < 8)
    text.append("\",\"").append(known.file());
  return text.append("\"]}");
}

std::string list(const std::vector<std::string>& some) {
  std::string text = "[";
  for (const auto& each : some)
    text.append(text.size() > 1 ? ",\"" : "\"").append(each).append(1, '"');
  return text.append(1, ']');
}

constexpr std::string_view ttls[] = {"0.5", "2", "5", "20", "60"};
constexpr std::string_view models[] = {"one/m", "one/m", "two/m", "three/m"};

contents hello(knowledge& known, dice& chance, std::uint64_t heard) {
  static constexpr std::string_view roles[] = {R"(["owner","arbiter"])", R"(["contributor"])",
                                               R"(["contributor","owner"])", R"(["reviewer"])"};
  const auto seat = static_cast<std::uint32_t>(known.who().name.back() - '0');
  members said;
  said.text("display_name", known.who().name);
  said.raw("roles", roles[chance.roll(6) == 0 ? chance.roll(4) : seat]).raw("capabilities", "[]");
  if (chance.roll(4) == 0)
    said.raw("backend", R"({"model_id":")" + std::string(one_of(models, chance)) + "\"}");
  contents all{said.take(), {}};
  if (chance.roll(8) == 0)
    all.extensions = R"("mpac_cluster.missed":{"after_lamport":)" + std::to_string(heard) + "}";
  return all;
}

std::string heartbeat(knowledge& known, dice& chance) {
  static constexpr std::string_view words[] = {"idle", "working", "blocked", "offline", "awaiting_review"};
  static constexpr std::string_view health[] = {"operational", "degraded", "down", "operational"};
  static constexpr std::string_view verdicts[] = {"approved", "approved", "rejected", "objected"};
  members said;
  said.text("status", one_of(words, chance));
  if (chance.roll(3) == 0) {
    members backend;
    backend.text("model_id", one_of(models, chance)).text("provider_status", one_of(health, chance));
    backend.text("checked_at", "2026-01-01T00:00:00Z");
    if (chance.roll(3) == 0)
      backend.text("switched_from", "one/m").text("switch_reason", "provider_down");
    said.raw("backend_health", "{" + backend.take() + "}");
  }
  if (chance.roll(3) == 0) {
    members answer;
    answer.text("claim_id", known.claim()).text("decision", one_of(verdicts, chance));
    said.raw("extensions", R"({"mpac_cluster.claim_decision":{)" + answer.take() + "}}");
  }
  return said.take();
}

std::string announce(knowledge& known, dice& chance) {
  static constexpr std::string_view priorities[] = {"low", "normal", "high", "critical"};
  members said;
  said.text("intent_id", known.fresh_intent()).text("objective", "work").raw("scope", scope(known, chance));
  said.raw("ttl_sec", one_of(ttls, chance)).text("priority", one_of(priorities, chance));
  if (chance.roll(8) == 0)
    said.raw("extensions", R"({"impact":["src/d.py"]})");
  return said.take();
}

std::string update(knowledge& known, dice& chance) {
  members said;
  said.text("intent_id", known.own_intent());
  if (chance.roll(6) == 0) // nothing but the plan of another backend
    return said.raw("extensions", R"({"backend_switch":{"model_id":"two/m"}})").take();
  said.text("objective", "other work");
  if (chance.roll(2) == 0)
    said.raw("scope", scope(known, chance));
  if (chance.roll(3) == 0)
    said.raw("ttl_sec", one_of(ttls, chance));
  return said.take();
}

std::string claim(knowledge& known, dice& chance, std::uint64_t number) {
  const auto* wanted = known.claimable();
  members said;
  said.text("claim_id", "c" + std::to_string(wanted ? number : number % 8));
  said.text("original_intent_id", wanted ? wanted->intent_id.str() : known.some_intent());
  said.text("original_principal_id", wanted ? wanted->principal_id.str() : known.colleague());
  said.text("new_intent_id", known.fresh_intent()).text("objective", "go on");
  return said.raw("scope", wanted ? to_json(wanted->scope) : scope(known, chance)).take();
}

/// What carries a pending operation out, as an OP_COMMIT or an entry of a batch.
members again(const operation_record& pending) {
  members said;
  said.text("op_id", pending.op_id.str()).text("target", pending.target).text("op_kind", pending.op_kind);
  if (pending.state_ref_before)
    said.text("state_ref_before", *pending.state_ref_before);
  return said;
}

members operation(knowledge& known, dice& chance) {
  const auto target = known.file();
  members said;
  said.text("op_id", known.fresh_operation()).text("target", target).text("op_kind", "replace");
  if (chance.roll(3) == 0)
    said.text("state_ref_before", known.state_of(target));
  if (chance.roll(2) == 0)
    said.text("state_ref_after", "sha256:" + std::to_string(chance.roll(3)));
  return said;
}

std::string propose(knowledge& known, dice& chance) {
  auto said = operation(known, chance);
  if (chance.roll(8) != 0)
    said.text("intent_id", known.some_intent());
  return said.take();
}

std::string commit(knowledge& known, dice& chance) {
  if (const auto* pending = chance.roll(2) ? known.ready() : nullptr) {
    auto said = again(*pending);
    if (pending->intent_id)
      said.text("intent_id", pending->intent_id->str());
    return said.take();
  }
  auto said = operation(known, chance);
  if (chance.roll(8) != 0)
    said.text("intent_id", known.own_intent());
  if (chance.roll(8) == 0)
    said.raw("file_changes", R"({"w)" + std::to_string(chance.roll(3)) + R"(.py":{"content":"x = )" +
                                 std::to_string(chance.roll(9)) + "\"}}");
  return said.take();
}

std::string batch(knowledge& known, dice& chance) {
  members said;
  std::string entries;
  if (const auto* pending = chance.roll(4) ? known.ready_batch() : nullptr) {
    said.text("batch_id", pending->batch_id->str());
    for (const auto* entry : known.facts()->proposals().in_batch(*pending->batch_id))
      entries += (entries.empty() ? "{" : ",{") + again(*entry).take() + "}";
    if (pending->intent_id)
      said.text("intent_id", pending->intent_id->str());
    if (pending->batch_atomicity)
      said.text("atomicity", to_word(*pending->batch_atomicity));
    return said.raw("operations", "[" + entries + "]").take();
  }
  said.text("batch_id", "b" + known.fresh_operation());
  said.text("atomicity", chance.roll(2) ? "all_or_nothing" : "best_effort");
  if (chance.roll(4) != 0)
    said.text("intent_id", known.own_intent());
  entries = "{" + operation(known, chance).take() + "},{" + operation(known, chance).take() + "}";
  return said.raw("operations", "[" + entries + "]").take();
}

std::string supersede(knowledge& known, dice& chance) {
  const auto* old = known.replaceable();
  members said;
  said.text("op_id", known.fresh_operation());
  said.text("supersedes_op_id", old ? old->op_id.str() : known.any_operation());
  if (chance.roll(8) != 0)
    said.text("intent_id", known.some_intent());
  return said.text("target", old ? old->target : known.file()).take();
}

std::string report(knowledge& known, dice& chance, std::uint64_t number) {
  static constexpr std::string_view kinds[] = {R"({"kind":"model_inference"})",
                                               R"({"kind":"semantic_match","confidence":0.4})",
                                               R"({"kind":"semantic_match","confidence":0.9})"};
  members said;
  said.text("conflict_id", "r" + std::to_string(chance.roll(4) ? number : number % 8));
  said.raw("related_intents", list({known.own_intent(), known.some_intent()})).raw("related_ops", "[]");
  said.text("category", "semantic_goal_conflict").text("severity", "high");
  return said.raw("basis", one_of(kinds, chance)).text("description", "goals differ").take();
}

std::string resolve(knowledge& known, dice& chance, std::uint64_t number) {
  const auto about = known.conflict();
  members said;
  said.text("conflict_id", about).text("decision", chance.roll(4) == 0 ? "dismissed" : "approved");
  said.text("rationale", "so it is");
  if (chance.roll(2) == 0)
    said.text("resolution_id", "z" + std::to_string(number));
  if (chance.roll(2) == 0) {
    std::vector<std::string> rejected{known.some_intent(), known.any_operation()};
    if (const auto* conflict = known.open(about)) {
      rejected.clear();
      if (!conflict->related_intents.empty())
        rejected.push_back(conflict->related_intents.front().str());
      if (!conflict->related_ops.empty())
        rejected.push_back(conflict->related_ops.back().str());
    }
    said.raw("outcome",
             R"({"rejected":)" + list(rejected) + (chance.roll(2) ? R"(,"rollback":"not_applicable")" : "") + "}");
  }
  return said.take();
}

std::string error(knowledge& known, dice& chance, std::uint64_t heard) {
  members said;
  const bool misses = chance.roll(2) == 0;
  said.text("error_code", misses ? "CAUSAL_GAP" : "PARTICIPANT_UNAVAILABLE").text("description", "it seems");
  if (misses)
    said.raw("extensions", R"({"mpac_cluster.missed":{"after_lamport":)" +
                               std::to_string(heard > 20 ? heard - chance.roll(20) : heard) + "}}");
  else
    said.raw("extensions", R"({"principal_id":")" + known.colleague() + "\"}");
  return said.take();
}

} // namespace

contents contents_of(deed what, knowledge& known, dice& chance, std::uint64_t number, std::uint64_t heard) {
  members said;
  switch (what) {
  case deed::hello:
    return hello(known, chance, heard);
  case deed::heartbeat:
    return {heartbeat(known, chance), {}};
  case deed::goodbye: {
    static constexpr std::string_view fates[] = {"withdraw", "transfer", "transfer", "expire"};
    said.text("reason", "user_exit").raw("active_intents", "[]").text("intent_disposition", one_of(fates, chance));
    return {said.take(), chance.roll(96) == 0 ? R"("mpac_cluster.close_session":true)" : ""};
  }
  case deed::announce:
    return {announce(known, chance), {}};
  case deed::supersede_intent:
    return {announce(known, chance) + R"(,"supersedes_intent_id":")" + known.own_intent() + '"', {}};
  case deed::update:
    return {update(known, chance), {}};
  case deed::withdraw:
    return {said.text("intent_id", known.own_intent()).take(), {}};
  case deed::defer:
    said.text("deferral_id", "d" + known.who().name + std::to_string(chance.roll(2)))
        .raw("scope", scope(known, chance));
    said.raw("observed_intent_ids", list({known.some_intent()})).text("reason", "somebody works there");
    return {said.raw("ttl_sec", one_of(ttls, chance)).take(), {}};
  case deed::claim:
    return {claim(known, chance, number), {}};
  case deed::propose:
    return {propose(known, chance), {}};
  case deed::commit:
    return {commit(known, chance), {}};
  case deed::batch:
    return {batch(known, chance), {}};
  case deed::reject:
    return {said.text("op_id", known.pending()).text("reason", "not like this").take(), {}};
  case deed::supersede:
    return {supersede(known, chance), {}};
  case deed::report:
    return {report(known, chance, number), {}};
  case deed::ack: {
    static constexpr std::string_view words[] = {"seen", "accepted", "disputed"};
    return {said.text("conflict_id", known.conflict()).text("ack_type", one_of(words, chance)).take(), {}};
  }
  case deed::escalate:
    said.text("conflict_id", known.conflict()).text("escalate_to", chance.roll(2) ? "p0" : known.colleague());
    return {said.text("reason", "decide").take(), {}};
  case deed::resolve:
    return {resolve(known, chance, number), {}};
  case deed::error:
    return {error(known, chance, heard), {}};
  case deed::coordinators_own:
    return {R"("reason":"manual","final_lamport_clock":1)", {}};
  default:
    return {};
  }
}

} // namespace mpac::tests
