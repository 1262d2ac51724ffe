// Layer wire: what every message of the coordinator must be like, and the order in which all hear them. Judged over
// everything that was heard in the run (SPEC 7.7, 11, 12.7, 13.1).
#include "tools/mpac/conform/check.hpp"
#include "tools/mpac/conform/record.hpp"
#include "tools/mpac/conform/visitor.hpp"

#include "protocol/timestamp.hpp"
#include "protocol/wire/decoder.hpp"

#include <algorithm>
#include <map>
#include <unordered_map>

namespace mpac::tools::conform {
namespace {

/// The first that is wrong of each kind, and how often.
class complaints {
public:
  void add(const std::string& kind, const std::string& first, const conversation& in) {
    auto& [count, text] = found_[kind];
    if (count++ == 0)
      text = first + " (in " + in.check + ")";
  }
  /// Empty when there are none.
  [[nodiscard]] std::string told() const {
    std::string all;
    for (const auto& [kind, what] : found_)
      all += (all.empty() ? "" : "; ") + kind + ": " + what.second +
             (what.first > 1 ? " and " + std::to_string(what.first - 1) + " more" : "");
    return all;
  }

private:
  std::map<std::string, std::pair<std::size_t, std::string>> found_;
};

template <class Look>
void each_envelope(const record& all, Look look) {
  for (const auto& talk : all.conversations)
    for (const auto& message : talk.heard)
      if (message.is_json && message.is_envelope())
        look(talk, message);
}

template <class Look>
void each_of_coordinator(const record& all, Look look) {
  each_envelope(all, [&](const conversation& talk, const heard_message& message) {
    if (all.is_coordinators(message))
      look(talk, message);
  });
}

std::string messages_are_json(const record& all) {
  complaints wrong;
  for (const auto& talk : all.conversations)
    for (const auto& message : talk.heard)
      if (!message.is_json || !message.body.is_object() || message.kind.empty())
        wrong.add("no message", brief(message), talk);
      else if (!message.is_text)
        wrong.add("binary", brief(message), talk);
  return wrong.told();
}

std::string envelopes_are_complete(const record& all) {
  complaints wrong;
  each_envelope(all, [&](const conversation& talk, const heard_message& message) {
    for (const auto name : {"protocol", "version", "message_type", "message_id", "session_id", "ts",
                            "sender.principal_id", "sender.principal_type", "sender.sender_instance_id"})
      if (text_at(message.body, name).empty())
        wrong.add(message.kind, std::string("no text in ") + name, talk);
    if (const auto* payload = find(message.body, "payload"); !payload || !payload->is_object())
      wrong.add(message.kind, "payload is no object", talk);
  });
  return wrong.told();
}

std::string protocol_is_mpac(const record& all) {
  complaints wrong;
  each_envelope(all, [&](const conversation& talk, const heard_message& message) {
    if (text_at(message.body, "protocol") != "MPAC")
      wrong.add(message.kind, "protocol is not MPAC", talk);
  });
  return wrong.told();
}

std::string sessions_do_not_mix(const record& all) {
  complaints wrong;
  each_envelope(all, [&](const conversation& talk, const heard_message& message) {
    if (const auto id = text_at(message.body, "session_id"); id != talk.session)
      wrong.add(message.kind, "session_id is " + std::string(id) + " in session " + talk.session, talk);
  });
  return wrong.told();
}

std::string ids_are_unique(const record& all) {
  complaints wrong;
  std::unordered_map<std::string, const heard_message*> told;
  for (const auto& talk : all.conversations) {
    std::unordered_map<std::string, const heard_message*> here;
    for (const auto& message : talk.heard) {
      const std::string id(text_at(message.body, "message_id"));
      if (id.empty())
        continue;
      if (!here.emplace(id, &message).second)
        wrong.add(message.kind, "one message_id twice on one connection: " + id, talk);
      else if (const auto [first, is_new] = told.emplace(talk.session + ' ' + id, &message);
               !is_new && first->second->body != message.body)
        wrong.add(message.kind, "one message_id for two messages: " + id, talk);
    }
  }
  return wrong.told();
}

std::string times_are_utc(const record& all) {
  complaints wrong;
  each_of_coordinator(all, [&](const conversation& talk, const heard_message& message) {
    const auto ts = text_at(message.body, "ts");
    const bool is_utc = ts.ends_with('Z') || ts.ends_with("+00:00");
    if (!is_utc || !protocol::parse_timestamp(ts))
      wrong.add(message.kind, "ts is \"" + std::string(ts) + '"', talk);
  });
  return wrong.told();
}

std::string payloads_are_complete(const record& all) {
  complaints wrong;
  protocol::decoder reads;
  each_of_coordinator(all, [&](const conversation& talk, const heard_message& message) {
    if (const auto read = reads.decode(message.text, protocol::strictness::strict); !read)
      wrong.add(message.kind, read.error().description, talk);
  });
  return wrong.told();
}

std::string is_told_the_epoch(const record& all, std::initializer_list<std::string_view> kinds) {
  complaints wrong;
  each_of_coordinator(all, [&](const conversation& talk, const heard_message& message) {
    const bool is_meant = kinds.size() == 0 || std::find(kinds.begin(), kinds.end(), message.kind) != kinds.end();
    if (is_meant && number_at(message.body, "coordinator_epoch").value_or(0) < 1)
      wrong.add(message.kind, "no coordinator_epoch of 1 or more", talk);
  });
  return wrong.told();
}
std::string session_info_tells_the_epoch(const record& all) {
  return is_told_the_epoch(all, {"SESSION_INFO"});
}
std::string status_tells_the_epoch(const record& all) {
  return is_told_the_epoch(all, {"COORDINATOR_STATUS"});
}
std::string all_tell_the_epoch(const record& all) {
  return is_told_the_epoch(all, {});
}

std::string epochs_do_not_fall(const record& all) {
  complaints wrong;
  for (const auto& talk : all.conversations) {
    std::int64_t last = 0;
    for (const auto& message : talk.heard)
      if (const auto epoch = number_at(message.body, "coordinator_epoch"); epoch && all.is_coordinators(message)) {
        if (*epoch < last)
          wrong.add(message.kind, "epoch " + std::to_string(*epoch) + " after " + std::to_string(last), talk);
        last = std::max(last, *epoch);
      }
  }
  return wrong.told();
}

std::string judgements_have_watermarks(const record& all) {
  complaints wrong;
  each_of_coordinator(all, [&](const conversation& talk, const heard_message& message) {
    if ((message.kind == "CONFLICT_REPORT" || message.kind == "RESOLUTION") &&
        text_at(message.body, "watermark.kind").empty())
      wrong.add(message.kind, "no watermark", talk);
  });
  return wrong.told();
}

/// Whoever was not let in has nothing to do with what happened in the session.
std::string all_have_watermarks(const record& all) {
  complaints wrong;
  for (const auto& talk : all.conversations) {
    bool is_inside = false;
    for (const auto& message : talk.heard) {
      is_inside = is_inside || message.kind == "SESSION_INFO";
      if (is_inside && all.is_coordinators(message) && text_at(message.body, "watermark.kind").empty())
        wrong.add(message.kind, "no watermark", talk);
    }
  }
  return wrong.told();
}

std::optional<std::int64_t> lamport_of(const heard_message& message) {
  return text_at(message.body, "watermark.kind") == "lamport_clock"
             ? number_at(message.body, "watermark.value")
             : number_at(message.body, "watermark.lamport_value");
}

std::string lamport_rises(const record& all) {
  complaints wrong;
  for (const auto& talk : all.conversations) {
    std::map<std::string, std::int64_t, std::less<>> last;
    for (const auto& message : talk.heard) {
      const auto value = lamport_of(message);
      if (!value || !all.is_coordinators(message))
        continue;
      const std::string speaker(text_at(message.body, "sender.sender_instance_id"));
      const auto [before, is_first] = last.emplace(speaker, *value);
      if (!is_first && *value <= before->second)
        wrong.add(message.kind, std::to_string(*value) + " after " + std::to_string(before->second), talk);
      before->second = std::max(before->second, *value);
    }
  }
  return wrong.told();
}

std::string lamport_values_are_not_shared(const record& all) {
  complaints wrong;
  std::unordered_map<std::string, std::string> owners;
  each_of_coordinator(all, [&](const conversation& talk, const heard_message& message) {
    const auto value = lamport_of(message);
    if (!value)
      return;
    const auto moment = talk.session + ' ' + std::string(text_at(message.body, "sender.sender_instance_id")) + ' ' +
                        std::to_string(*value);
    const std::string id(text_at(message.body, "message_id"));
    if (const auto [owner, is_new] = owners.emplace(moment, id); !is_new && owner->second != id)
      wrong.add(message.kind, "two messages have the value " + std::to_string(*value), talk);
  });
  return wrong.told();
}

std::string coordinator_is_a_service(const record& all) {
  complaints wrong;
  each_of_coordinator(all, [&](const conversation& talk, const heard_message& message) {
    if (text_at(message.body, "sender.principal_type") != "service")
      wrong.add(message.kind,
                "principal_type is \"" + std::string(text_at(message.body, "sender.principal_type")) + '"', talk);
  });
  return wrong.told();
}

std::string errors_name_their_message(const record& all) {
  complaints wrong;
  each_of_coordinator(all, [&](const conversation& talk, const heard_message& message) {
    const auto about = text_at(message.body, "payload.refers_to");
    const auto code = text_at(message.body, "payload.error_code");
    // What is lost, late or frozen is told to others than who caused it.
    if (message.kind != "PROTOCOL_ERROR" || code == "PARTICIPANT_UNAVAILABLE" || code == "RESOLUTION_TIMEOUT" ||
        code == "SCOPE_FROZEN" || code == "STATE_DIVERGENCE")
      return;
    const auto end = talk.sent.begin() + static_cast<std::ptrdiff_t>(std::min(message.after, talk.sent.size()));
    const bool is_known = std::any_of(talk.sent.begin(), end, [&](const auto& sent) { return sent.id == about; });
    const bool may_be_unknown = std::any_of(talk.sent.begin(), end, [](const auto& sent) { return sent.id.empty(); });
    if (about.empty() ? !may_be_unknown : !is_known)
      wrong.add(std::string(code), about.empty() ? "no refers_to" : "refers_to names no message of its receiver", talk);
  });
  return wrong.told();
}

/// What a participant said is told as it was said, `file_changes` apart.
std::string relays_are_unchanged(const record& all) {
  std::unordered_map<std::string, const sent_message*> said;
  for (const auto& talk : all.conversations)
    for (const auto& sent : talk.sent)
      if (!sent.id.empty())
        said.emplace(talk.session + ' ' + sent.id, &sent);
  complaints wrong;
  each_envelope(all, [&](const conversation& talk, const heard_message& message) {
    const auto own = said.find(talk.session + ' ' + std::string(text_at(message.body, "message_id")));
    if (all.is_coordinators(message) || own == said.end())
      return;
    auto expected = own->second->body;
    if (auto* payload = expected.as_object().if_contains("payload"); payload && payload->is_object())
      payload->get_object().erase("file_changes");
    auto actual = message.body;
    if (auto* payload = actual.as_object().if_contains("payload"); payload && payload->is_object())
      payload->get_object().erase("file_changes");
    if (actual != expected)
      wrong.add(message.kind, "it was told otherwise than it was said", talk);
  });
  return wrong.told();
}

/// Any two connections that heard the same two messages heard them in the same order.
std::string all_hear_one_order(const record& all) {
  complaints wrong;
  std::map<std::string, std::vector<const conversation*>> sessions;
  for (const auto& talk : all.conversations)
    sessions[talk.session].push_back(&talk);
  for (const auto& [session, talks] : sessions)
    for (std::size_t one = 0; one < talks.size(); ++one) {
      std::unordered_map<std::string, std::size_t> place;
      for (const auto& message : talks[one]->heard)
        if (const auto id = text_at(message.body, "message_id"); !id.empty())
          place.emplace(id, place.size());
      for (auto other = one + 1; other < talks.size(); ++other) {
        std::size_t last = 0;
        for (const auto& message : talks[other]->heard) {
          const auto found = place.find(std::string(text_at(message.body, "message_id")));
          if (found == place.end())
            continue;
          if (found->second < last)
            wrong.add(message.kind, "two participants hear two messages in different order", *talks[other]);
          last = std::max(last, found->second);
        }
      }
    }
  return wrong.told();
}

} // namespace

std::vector<check> wire_checks() {
  using enum level;
  constexpr auto here = layer::wire;
  // clang-format off
  return {
    {"messages-are-json", here, must, "11", "11-01", "every message is one JSON object in a text frame, an envelope or one of the workspace", nullptr, messages_are_json},
    {"envelopes-are-complete", here, must, "11.2", "11.2-01", "every envelope has all required members", nullptr, envelopes_are_complete},
    {"protocol-is-mpac", here, must, "11.4", "11.4-01", "protocol is MPAC", nullptr, protocol_is_mpac},
    {"sessions-do-not-mix", here, must, "11.2", "11.2-05", "session_id is that of the session", nullptr, sessions_do_not_mix},
    {"ids-are-unique", here, must, "11.4", "11.4-03", "a message_id comes once on a connection, and stands for one message", nullptr, ids_are_unique},
    {"times-are-utc", here, must, "11.4", "11.4-04", "the coordinator's ts is RFC 3339 in UTC", nullptr, times_are_utc},
    {"payloads-are-complete", here, must, "13.1", "13.1-01", "the coordinator's payloads have every required member, of the right type", nullptr, payloads_are_complete},
    {"session-info-tells-the-epoch", here, must, "14.2", "14.2-07", "SESSION_INFO has coordinator_epoch", nullptr, session_info_tells_the_epoch},
    {"status-tells-the-epoch", here, must, "14.6", "14.6-02", "COORDINATOR_STATUS has coordinator_epoch", nullptr, status_tells_the_epoch},
    {"all-tell-the-epoch", here, should, "11.3", "11.3-06", "every message of the coordinator has coordinator_epoch", nullptr, all_tell_the_epoch},
    {"epochs-do-not-fall", here, must, "11.4", "11.4-07", "coordinator_epoch never decreases", nullptr, epochs_do_not_fall},
    {"judgements-have-watermarks", here, must, "7.3", "7.3-02", "CONFLICT_REPORT and RESOLUTION of the coordinator have a watermark", nullptr, judgements_have_watermarks},
    {"all-have-watermarks", here, should, "7.3", "7.3-04", "whatever the coordinator tells participants has a watermark", nullptr, all_have_watermarks},
    {"lamport-rises", here, must, "12.7", "12.7-08", "the coordinator's Lamport values rise strictly on each connection", nullptr, lamport_rises},
    {"lamport-values-are-not-shared", here, must, "12.7", "12.7-03", "no two messages of the coordinator have the same Lamport value", nullptr, lamport_values_are_not_shared},
    {"coordinator-is-a-service", here, must, "8.1", "8.1-02", "the coordinator's principal_type is service", nullptr, coordinator_is_a_service},
    {"errors-name-their-message", here, should, "22.1", "22.1-21", "refers_to of PROTOCOL_ERROR names a message of its receiver", nullptr, errors_name_their_message},
    {"relays-are-unchanged", here, should, "7.2", "7.2-01", "what a participant said is told as it was said", nullptr, relays_are_unchanged},
    {"all-hear-one-order", here, must, "7.7", "7.7-02", "all participants hear the same order", nullptr, all_hear_one_order},
  };
  // clang-format on
}

} // namespace mpac::tools::conform
