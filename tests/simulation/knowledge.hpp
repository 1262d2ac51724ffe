// What somebody at a session knows of it, as far as it serves to say something that makes sense.
#pragma once

#include "tests/simulation/dice.hpp"
#include "tests/simulation/population.hpp"

#include <string>
#include <vector>

namespace mpac::tests {

/// Reads the session's facts the way a client reads snapshots and what it hears. Whoever speaks without thinking, or
/// of a session that nobody knows yet, names things at random: mostly its own, now and then another's or nobody's.
class knowledge {
public:
  knowledge(const person& who, const session_shadow& about, dice& chance);

  /// An intent of one's own that is ACTIVE.
  std::string own_intent();
  /// An intent that is ACTIVE, mostly one's own.
  std::string some_intent();
  /// An id for an intent, or an operation, that is none at present.
  std::string fresh_intent();
  std::string fresh_operation();
  std::string any_operation();
  /// An intent of somebody else that waits to be claimed; null if none does, or nobody thinks.
  const protocol::intent_record* claimable();
  /// A pending operation of one's own that may be carried out; null likewise.
  const protocol::operation_record* ready();
  /// The same of a batch.
  const protocol::operation_record* ready_batch();
  /// Some pending operation.
  std::string pending();
  /// An operation that may be superseded.
  const protocol::operation_record* replaceable();
  /// A claim that waits for somebody's word.
  std::string claim();
  /// A conflict, mostly an open one.
  std::string conflict();
  const protocol::conflict_record* open(const std::string& id) const;
  std::string colleague();
  std::string file();
  /// The state a target is in, or something else.
  std::string state_of(const std::string& target);

  [[nodiscard]] const protocol::session* facts() const noexcept { return facts_; }
  [[nodiscard]] const person& who() const noexcept { return who_; }

private:
  template <class Id, class Table>
  std::string fresh(char kind, std::uint32_t names, const Table& table);
  std::vector<const protocol::operation_record*> all_ready();
  std::string any(char kind, std::uint32_t names);
  template <class Record>
  const Record* one_of(const std::vector<const Record*>& some);

  const person& who_;
  const session_shadow& about_;
  dice& chance_;
  const protocol::session* facts_; // null for who does not think
};

} // namespace mpac::tests
