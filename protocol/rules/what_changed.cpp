// What a returning owner is told of its own (SPEC 14.7.2): compact, and in a message that existing clients take for a
// sign of life.
#include "protocol/rules/presence.hpp"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

namespace mpac::protocol::rules {
namespace {

using page = rapidjson::Writer<rapidjson::StringBuffer>;

void text(page& to, std::string_view value) {
  to.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
}

/// One list of `{<name>: id, "state": word}`; tells whether there was anything.
template <class Each>
bool list(page& to, std::string_view title, std::string_view name, Each&& each) {
  bool any = false;
  to.Key(title.data(), static_cast<rapidjson::SizeType>(title.size()));
  to.StartArray();
  each([&](std::string_view id, std::string_view state) {
    any = true;
    to.StartObject();
    to.Key(name.data(), static_cast<rapidjson::SizeType>(name.size()));
    text(to, id);
    to.Key("state");
    text(to, state);
    to.EndObject();
  });
  to.EndArray();
  return any;
}

} // namespace

void tell_what_changed(const participant_record& known, seat_number seat, draft& out) {
  if (known.away_since == 0)
    return;
  const auto& facts = out.facts();
  const auto& who = known.principal_id;
  rapidjson::StringBuffer buffer;
  page to(buffer);
  bool any = false;
  to.StartObject();
  to.Key("mpac_cluster.while_away");
  to.StartObject();
  // Histories are bounded, and this happens once for each return.
  any |= list(to, "intents", "intent_id", [&](const auto& add) {
    facts.past_intents().for_each([&](const intent_record& intent) {
      if (intent.principal_id == who && intent.ended_with > known.away_since)
        add(intent.intent_id.str(), to_string(intent.state));
    });
  });
  any |= list(to, "operations", "op_id", [&](const auto& add) {
    facts.past_operations().for_each([&](const operation_record& operation) {
      if (operation.principal_id == who && operation.settled_with > known.away_since)
        add(operation.op_id.str(), to_string(operation.state));
    });
  });
  any |= list(to, "conflicts", "conflict_id", [&](const auto& add) {
    const auto is_party = [&](const conflict_record& conflict) {
      return conflict.principal_a == who || conflict.principal_b == who;
    };
    facts.past_conflicts().for_each([&](const conflict_record& conflict) {
      if (is_party(conflict) && conflict.ended_with > known.away_since)
        add(conflict.conflict_id.str(), to_string(conflict.state));
    });
    for (const auto* intent : facts.intents().of(who))
      for (const auto* conflict : facts.conflicts().about(intent->intent_id))
        if (conflict->opened_with > known.away_since)
          add(conflict->conflict_id.str(), to_string(conflict->state));
  });
  to.EndObject();
  to.EndObject();
  if (any)
    out.tell(audience::at(seat), status_of(coordinator_event::heartbeat, out),
             json_text{{buffer.GetString(), buffer.GetSize()}});
}

} // namespace mpac::protocol::rules
