// Whether an operation may be taken up: under its id, under its intent, on its targets (SPEC 7.1, 14.7.2, 16.3).
#pragma once

#include "protocol/rules/rules.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace mpac::protocol::rules {

/// How many operations of one principal may be pending at once: they last as long as their intents, so somebody might
/// pile them up.
inline constexpr std::size_t pending_limit = 1024;

/// The intent an operation names, as far as it lets the operation be.
struct standing {
  const intent_record* intent = nullptr; ///< null: uncoordinated (SPEC 7.1)
  std::optional<refusal> refused;
  /// Of a proposal: the intent it names is over, which is answered with OP_REJECT (SPEC 15.7).
  const intent_record* ended = nullptr;
};

/// For what is done already (`post_commit`): under one's own ACTIVE intent; in the core profile under none (O-043).
[[nodiscard]] standing standing_of_commit(const std::optional<intent_id>& named, const incoming& from,
                                          const draft& out);

/// For what is only proposed: under anybody's ACTIVE intent (SPEC 15.7 speaks of proposals of others); beyond the core
/// profile only by who has announced something (SPEC 7.1).
[[nodiscard]] standing standing_of_proposal(const std::optional<intent_id>& named, const incoming& from,
                                            const draft& out);

/// Whether its sender has as many operations pending as it may.
[[nodiscard]] std::optional<refusal> no_room(const incoming& from, const draft& out);

/// Whether an id may be given to a new operation or batch: never used, or one's own and settled. Operations and batches
/// share one namespace (O-081).
[[nodiscard]] std::optional<refusal> taken(const op_id& id, std::string_view member, const incoming& from,
                                           const draft& out);

/// What was refused or abandoned is not committed any more, and not asked for again by a commit (SPEC 14.7.3, 7.8).
[[nodiscard]] std::optional<refusal> ended_for_good(const op_id& id, const incoming& from, const draft& out);

/// One thing an operation wants to change, or has changed.
struct touch {
  const std::string& target;
  const std::optional<std::string>& before; ///< the state the operation starts from, where it says so
  const std::string* current;               ///< the state the target is in; null: nobody has said so
  const std::optional<intent_id>& under;    ///< the intent it belongs to: one may pass a frozen scope (18.6.2.1)
};

/// Whether a target may be touched now. The one place where the targets of operations are vetted: proposals and
/// commits, alone and in batches, with every file that a commit writes.
[[nodiscard]] std::optional<refusal> vet_target(const touch& what, const incoming& from, const draft& out);

/// All targets of a commit: what it is named after, and its files.
[[nodiscard]] std::optional<refusal> vet_targets(const op_commit& said, const incoming& from, const draft& out);

/// A new operation of the sender's, with its flags; its state is still `none`.
[[nodiscard]] operation_record record_of(const op_id& id, const std::string& target, std::string op_kind,
                                         const std::optional<intent_id>& named, const incoming& from,
                                         const intent_record* intent, const draft& out);

/// SPEC 16.3, O-107: a strict session takes state references in its own format alone.
[[nodiscard]] std::optional<refusal> vet_spelling(const std::optional<std::string>& before,
                                                  const std::optional<std::string>& after, std::string_view member,
                                                  const incoming& from, const draft& out);

} // namespace mpac::protocol::rules
