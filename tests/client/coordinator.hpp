// A coordinator's words as a test dictates them, and one participant's membership that hears them.
#pragma once

#include "client/membership.hpp"
#include "protocol/wire/encoder.hpp"

#include <string>
#include <utility>

namespace mpac::client::tests {

inline const base::instant start{std::chrono::seconds{1'000'000}};

/// Numbers its words as a coordinator does (SPEC 12.7).
struct coordinator {
  std::int64_t epoch = 1;
  std::uint64_t lamport = 0;
  std::string name = "service:coordinator-demo";

  std::string says(protocol::message_body body, std::optional<std::string> in_reply_to = {},
                   std::optional<std::string> extensions = {}) {
    protocol::envelope e;
    e.version = "0.1.13";
    const auto instance = name + ":epoch-" + std::to_string(epoch);
    e.message_id = protocol::message_id(instance + ":" + std::to_string(++lamport));
    e.session_id = protocol::session_id("demo");
    e.sender = {protocol::principal_id(name), protocol::principal_type::service, protocol::instance_id(instance)};
    e.ts = base::to_rfc3339(start);
    e.watermark = protocol::lamport_watermark(lamport);
    e.coordinator_epoch = epoch;
    e.in_reply_to = std::move(in_reply_to);
    if (extensions)
      e.extensions = protocol::json_text{*extensions};
    e.body = std::move(body);
    return protocol::to_json(e);
  }

  [[nodiscard]] protocol::coordinator_status state(protocol::coordinator_event event) const {
    protocol::coordinator_status told;
    told.event = event;
    told.coordinator_id = protocol::principal_id(name);
    told.session_health = protocol::session_health::healthy;
    return told;
  }
  std::string status() { return says(state(protocol::coordinator_event::heartbeat)); }
  /// All that was missed has been told.
  std::string replayed(const std::string& in_reply_to, int frames) {
    return says(state(protocol::coordinator_event::heartbeat), in_reply_to,
                "{\"mpac_cluster.replayed\":{\"frames\":" + std::to_string(frames) + "}}");
  }

  static protocol::session_info info(const std::string& execution_model = "post_commit") {
    protocol::session_info told;
    told.session_id = protocol::session_id("demo");
    told.protocol_version = "0.1.13";
    told.security_profile = "open";
    told.compliance_profile = "core";
    told.watermark_kind = "lamport_clock";
    told.execution_model = execution_model;
    told.state_ref_format = "sha256";
    told.granted_roles = {"contributor"};
    told.liveness_policy = protocol::json_text{R"({"heartbeat_interval_sec": 10.0, "default_intent_ttl_sec": 300})"};
    return told;
  }
};

/// What another participant says, as it is passed on.
struct peer {
  std::string name;
  std::uint64_t lamport = 0;

  std::string says(protocol::message_body body) {
    protocol::envelope e;
    e.version = "0.1.13";
    e.message_id = protocol::message_id(name + "-" + std::to_string(++lamport));
    e.session_id = protocol::session_id("demo");
    e.sender = {protocol::principal_id(name), protocol::principal_type::agent, protocol::instance_id(name + ":1")};
    e.ts = base::to_rfc3339(start);
    e.watermark = protocol::lamport_watermark(lamport);
    e.body = std::move(body);
    return protocol::to_json(e);
  }
};

inline options alices_options() {
  options how;
  how.session = protocol::session_id("demo");
  how.who.principal_id = protocol::principal_id("agent:alice");
  how.begins_with_summary = false;
  return how;
}

inline membership alices(options how = alices_options()) {
  return std::move(*membership::of(how, protocol::instance_id("agent:alice:1")));
}

/// Alice has said HELLO, and it was accepted.
inline step join(membership& alice, coordinator& hub, base::instant now = start,
                 protocol::session_info info = coordinator::info()) {
  (void)alice.say_hello(now);
  return alice.hear(hub.says(std::move(info), alice.hello_id().str()), now);
}

template <class Event>
const Event* find(const step& in) {
  for (const auto& each : in.events)
    if (const auto* found = std::get_if<Event>(&each))
      return found;
  return nullptr;
}

} // namespace mpac::client::tests
