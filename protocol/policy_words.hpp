// The closed lists of the session policy and their words (SPEC 7.8, 14.7.5, 18.6, 20, 23.1).
#pragma once

#include "protocol/word.hpp"

#include <array>
#include <concepts>
#include <string_view>
#include <utility>

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

// What configuration and wire write for them. A word outside a list is never let through: every one changes what the
// hub does.

struct closed_list {
  static constexpr bool acted_on = true;
};

/// Words for the enumerators 0, 1, 2 … of a list.
template <class List, class... Words>
constexpr std::array<std::pair<List, std::string_view>, sizeof...(Words)> words_in_order(Words... words) {
  int next = 0;
  return {std::pair<List, std::string_view>{static_cast<List>(next++), words}...};
}

template <>
struct word_list<security_profile> : closed_list {
  static constexpr auto words = words_in_order<security_profile>("open", "authenticated", "verified");
};
template <>
struct word_list<compliance_profile> : closed_list {
  static constexpr auto words = words_in_order<compliance_profile>("core", "governance", "semantic");
};
template <>
struct word_list<execution_model> : closed_list {
  static constexpr auto words = words_in_order<execution_model>("post_commit", "pre_commit");
};
template <>
struct word_list<unknown_intent_commit> : closed_list {
  static constexpr auto words = words_in_order<unknown_intent_commit>("flag", "reject");
};
template <>
struct word_list<relay_to> : closed_list {
  static constexpr auto words = words_in_order<relay_to>("all", "others", "none");
};
template <>
struct word_list<authorization_audience> : closed_list {
  static constexpr auto words = words_in_order<authorization_audience>("proposer", "all");
};
template <>
struct word_list<claim_status_audience> : closed_list {
  static constexpr auto words = words_in_order<claim_status_audience>("parties", "all");
};
template <>
struct word_list<orphan_intent_action> : closed_list {
  static constexpr auto words = words_in_order<orphan_intent_action>("suspend");
};
template <>
struct word_list<orphan_proposal_action> : closed_list {
  static constexpr auto words = words_in_order<orphan_proposal_action>("abandon");
};
template <>
struct word_list<claim_approval> : closed_list {
  static constexpr auto words = words_in_order<claim_approval>("governance", "explicit", "auto");
};
template <>
struct word_list<backend_reaction> : closed_list {
  static constexpr auto words = words_in_order<backend_reaction>("ignore", "warn", "suspend_and_claim");
};
template <>
struct word_list<backend_switching> : closed_list {
  static constexpr auto words = words_in_order<backend_switching>("allowed", "notify_first", "forbidden");
};
template <>
struct word_list<resolution_timeout_action> : closed_list {
  static constexpr auto words = words_in_order<resolution_timeout_action>("escalate_then_freeze");
};
template <>
struct word_list<freeze_behavior> : closed_list {
  static constexpr auto words = words_in_order<freeze_behavior>("reject_writes_and_intents");
};
template <>
struct word_list<freeze_fallback> : closed_list {
  static constexpr auto words = words_in_order<freeze_fallback>("first_committer_wins");
};

/// True for the closed lists above.
template <class List>
concept policy_list = std::same_as<List, security_profile> || std::same_as<List, compliance_profile> ||
    std::same_as<List, execution_model> || std::same_as<List, unknown_intent_commit> || std::same_as<List, relay_to> ||
    std::same_as<List, authorization_audience> || std::same_as<List, claim_status_audience> ||
    std::same_as<List, orphan_intent_action> || std::same_as<List, orphan_proposal_action> ||
    std::same_as<List, claim_approval> || std::same_as<List, backend_reaction> ||
    std::same_as<List, backend_switching> || std::same_as<List, resolution_timeout_action> ||
    std::same_as<List, freeze_behavior> || std::same_as<List, freeze_fallback>;

/// The word of a value.
template <policy_list List>
constexpr std::string_view to_string(List value) {
  return to_word(value);
}

} // namespace mpac::protocol
