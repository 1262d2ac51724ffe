// SPEC 15.2.2: scopes of different kinds in one session are told apart by canonical URIs.
#include "protocol/resource_registry.hpp"
#include "protocol/rules/rules.hpp"

namespace mpac::protocol::rules {

std::optional<refusal> unresolved_kind(const scope& wanted, const message_id& about, const draft& out) {
  const auto& facts = out.facts();
  if (facts.policy().security_profile == security_profile::open || // 15.2.2-02
      !facts.intents().have_other_kinds_than(wanted.kind) || resolve(wanted, facts.registry()).complete)
    return std::nullopt;
  return no(error_code::malformed_message,
            "payload.scope.canonical_uris: needed, because the session holds scopes of other kinds than " +
                wanted.kind_text,
            about);
}

} // namespace mpac::protocol::rules
