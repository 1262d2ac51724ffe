// What is said while nothing can be kept: it has no place in the session's one order (SPEC 7.7).
#include "protocol/decide.hpp"
#include "protocol/wire/encoder.hpp"
#include "protocol/wire/refusal_extensions.hpp"

namespace mpac::protocol {

frame_ptr say_unkept(const session& facts, const refusal& why, std::uint64_t number, base::instant now) {
  envelope e;
  e.version = facts.policy().protocol_version;
  e.message_id = message_id(facts.coordinator_instance().str() + ":unkept-" +
                            std::to_string(now.time_since_epoch().count()) + "-" + std::to_string(number));
  e.session_id = facts.origin().id;
  e.sender = {facts.coordinator(), principal_type::service, facts.coordinator_instance()};
  e.ts = base::to_rfc3339(now);
  e.coordinator_epoch = static_cast<std::int64_t>(facts.origin().epoch);
  if (why.refers_to)
    e.in_reply_to = why.refers_to->str();
  e.body = protocol_error{why.code, why.refers_to, why.description,
                          why.retry_after ? std::optional(retry_after_json(*why.retry_after)) : std::nullopt};
  return encode(e);
}

} // namespace mpac::protocol
