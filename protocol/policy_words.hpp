// The closed lists of the session policy and their words (SPEC 7.8, 14.7.5, 18.6, 20, 23.1).
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace mpac::protocol {

enum class security_profile { open, authenticated, verified };     // SPEC 23.1
enum class compliance_profile { core, governance, semantic };      // SPEC 20
enum class execution_model { post_commit, pre_commit };            // SPEC 7.8
enum class unknown_intent_commit { flag, reject };                 // SPEC 14.7.2
enum class relay_to { all, others, none };                         // all: the sender too, as its acknowledgement
enum class authorization_audience { proposer, all };               // SPEC 7.8
enum class claim_status_audience { parties, all };                 // SPEC 14.7.4.1; parties: claimer and original owner
enum class orphan_intent_action { suspend };                       // SPEC 14.7.2
enum class orphan_proposal_action { abandon };                     // SPEC 14.7.3
enum class claim_approval { governance, by_decision, automatic };  // SPEC 14.7.4.1
enum class backend_reaction { ignore, warn, suspend_and_claim };   // SPEC 14.3.1
enum class backend_switching { allowed, notify_first, forbidden }; // SPEC 14.3.1
enum class resolution_timeout_action { escalate_then_freeze };     // SPEC 18.6.3
enum class freeze_behavior { reject_writes_and_intents };          // SPEC 18.6.3
enum class freeze_fallback { first_committer_wins };               // SPEC 18.6.2.1

/// The words of a closed list, in the order of its enumerators; what configuration and wire write.
template <class List>
inline constexpr std::array<std::string_view, 0> policy_words{};

template <>
inline constexpr std::array<std::string_view, 3> policy_words<security_profile>{"open", "authenticated", "verified"};
template <>
inline constexpr std::array<std::string_view, 3> policy_words<compliance_profile>{"core", "governance", "semantic"};
template <>
inline constexpr std::array<std::string_view, 2> policy_words<execution_model>{"post_commit", "pre_commit"};
template <>
inline constexpr std::array<std::string_view, 2> policy_words<unknown_intent_commit>{"flag", "reject"};
template <>
inline constexpr std::array<std::string_view, 3> policy_words<relay_to>{"all", "others", "none"};
template <>
inline constexpr std::array<std::string_view, 2> policy_words<authorization_audience>{"proposer", "all"};
template <>
inline constexpr std::array<std::string_view, 2> policy_words<claim_status_audience>{"parties", "all"};
template <>
inline constexpr std::array<std::string_view, 1> policy_words<orphan_intent_action>{"suspend"};
template <>
inline constexpr std::array<std::string_view, 1> policy_words<orphan_proposal_action>{"abandon"};
template <>
inline constexpr std::array<std::string_view, 3> policy_words<claim_approval>{"governance", "explicit", "auto"};
template <>
inline constexpr std::array<std::string_view, 3> policy_words<backend_reaction>{"ignore", "warn", "suspend_and_claim"};
template <>
inline constexpr std::array<std::string_view, 3> policy_words<backend_switching>{"allowed", "notify_first",
                                                                                 "forbidden"};
template <>
inline constexpr std::array<std::string_view, 1> policy_words<resolution_timeout_action>{"escalate_then_freeze"};
template <>
inline constexpr std::array<std::string_view, 1> policy_words<freeze_behavior>{"reject_writes_and_intents"};
template <>
inline constexpr std::array<std::string_view, 1> policy_words<freeze_fallback>{"first_committer_wins"};

/// True for the closed lists above.
template <class List>
concept policy_list = !policy_words<List>.empty();

/// The word of a value.
template <policy_list List>
constexpr std::string_view to_string(List value) {
  return policy_words<List>[static_cast<std::size_t>(value)];
}

/// The value of a word, or nothing when the list doesn't have it.
template <policy_list List>
constexpr std::optional<List> policy_value(std::string_view word) {
  for (std::size_t i = 0; i < policy_words<List>.size(); ++i)
    if (policy_words<List>[i] == word)
      return static_cast<List>(i);
  return std::nullopt;
}

} // namespace mpac::protocol
