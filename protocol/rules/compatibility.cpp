// What does not fit between a participant and its session (SPEC 14.2, 19, 12.2).
#include "protocol/rules/presence.hpp"

#include <algorithm>
#include <array>

namespace mpac::protocol::rules {
namespace {

/// What a session rests on, and the capability with which a participant says that it takes part (SPEC 19.1).
struct expectation {
  std::string_view capability;
  std::string_view why;
  bool (*holds)(const session_policy&);
};

constexpr std::array expectations{
    expectation{"op.propose", "operations are proposed first: the execution model is pre_commit",
                [](const session_policy& p) { return p.execution_model == execution_model::pre_commit; }},
    expectation{"intent.broadcast", "work is announced first: the compliance profile is governance",
                [](const session_policy& p) { return p.compliance_profile == compliance_profile::governance; }},
};

/// Capabilities of SPEC 19.1 for which this hub has no use.
struct futility {
  std::string_view capability;
  std::string_view why;
};

constexpr std::array futilities{
    futility{"governance.vote", "the protocol has no message for it"},
    futility{"causality.vector_clock", "the session's clocks are lamport_clock; others count by their lamport_value"},
};

/// The domain in a principal's name (`agent:alice@example.com`); empty where there is none.
std::string_view organisation_of(const principal_id& who) {
  const auto at = who.str().rfind('@');
  return at == std::string::npos ? std::string_view() : std::string_view(who.str()).substr(at + 1);
}

/// SPEC 23.2, O-158: that others of another organisation are here, where nobody has proved who he is.
std::optional<std::string> mixed_company(const principal_id& newcomer, const session& facts) {
  const auto mine = organisation_of(newcomer);
  if (mine.empty() || facts.policy().security_profile != security_profile::open)
    return std::nullopt;
  for (const auto& other : facts.people())
    if (const auto theirs = organisation_of(other.principal_id); !theirs.empty() && theirs != mine)
      return "security_profile: '" + std::string(mine) + "' and '" + std::string(theirs) +
             "' meet in this session, whose open profile verifies nobody";
  return std::nullopt;
}

bool has(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

} // namespace

std::vector<std::string> differences(const envelope& message, const hello& said, const session& facts) {
  const auto& policy = facts.policy();
  std::vector<std::string> all;
  if (message.version != policy.protocol_version)
    all.push_back("version: you write " + message.version + ", this session writes " + policy.protocol_version +
                  "; what one of them does not know it may ignore");
  if (const auto& clock = message.watermark; clock && clock->kind != watermark_kind::lamport_clock)
    all.push_back("watermark: of kind '" + clock->kind_text + "' this session reads lamport_value alone" +
                  (clock->lamport_value ? "" : ", and there is none"));
  // Whoever only watches need not be able to do anything (19.2).
  if (rights_of(said.roles).act)
    for (const auto& each : expectations)
      if (each.holds(policy) && !has(said.capabilities, each.capability))
        all.push_back("capability '" + std::string(each.capability) + "' is missing: " + std::string(each.why));
  for (const auto& each : futilities)
    if (has(said.capabilities, each.capability))
      all.push_back("capability '" + std::string(each.capability) + "' has no effect: " + std::string(each.why));
  if (auto mixed = mixed_company(message.sender.principal_id, facts))
    all.push_back(std::move(*mixed));
  if (auto backend = unwelcome_backend(said, facts.people().find(message.sender.principal_id), policy))
    all.push_back(std::move(*backend));
  return all;
}

} // namespace mpac::protocol::rules
