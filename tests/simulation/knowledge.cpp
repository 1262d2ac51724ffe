#include "tests/simulation/knowledge.hpp"

#include <algorithm>

namespace mpac::tests {

using namespace mpac::protocol;

namespace {

/// How many of a person's sentences out of eight make sense.
constexpr std::uint32_t sense_of(manner how) {
  return how == manner::good ? 7 : how == manner::careless ? 6 : 3;
}

principal_id name_of(const person& who) {
  return principal_id(who.name);
}

} // namespace

knowledge::knowledge(const person& who, const session_shadow& about, dice& chance)
    : who_(who), about_(about), chance_(chance), facts_(chance.roll(8) < sense_of(who.how) ? about.facts : nullptr) {}

std::string knowledge::any(char kind, std::uint32_t names) {
  const auto whose = chance_.roll(who_.how == manner::good ? 12 : 6);
  const char owner = whose == 0 ? static_cast<char>('0' + chance_.roll(people_of_a_session)) : who_.name.back();
  return std::string{kind, owner, '-'} + std::to_string(chance_.roll(names));
}

template <class Record>
const Record* knowledge::one_of(const std::vector<const Record*>& some) {
  return some.empty() ? nullptr : some[chance_.roll(static_cast<std::uint32_t>(some.size()))];
}

template <class Id, class Table>
std::string knowledge::fresh(char kind, std::uint32_t names, const Table& table) {
  if (!facts_)
    return any(kind, names);
  const auto first = chance_.roll(names);
  for (std::uint32_t i = 0; i < names; ++i) {
    auto name = std::string{kind, who_.name.back(), '-'} + std::to_string((first + i) % names);
    const auto known = table.find(Id(name));
    if (known == table.end() || known->second.state == decltype(known->second.state)::none ||
        (is_terminal(known->second.state) && known->second.owner.str() == who_.name))
      return name;
  }
  return any(kind, names);
}

std::string knowledge::fresh_intent() {
  return fresh<intent_id>('i', 6, about_.intents);
}
std::string knowledge::fresh_operation() {
  return fresh<op_id>('o', 12, about_.operations);
}
std::string knowledge::any_operation() {
  return any('o', 12);
}

std::string knowledge::own_intent() {
  if (!facts_)
    return any('i', 6);
  auto own = facts_->intents().of(name_of(who_));
  std::erase_if(own, [](const auto* one) { return one->state != intent_state::active; });
  const auto* found = one_of(own);
  return found ? found->intent_id.str() : any('i', 6);
}

std::string knowledge::some_intent() {
  if (!facts_ || chance_.roll(3) != 0)
    return own_intent();
  const auto* found = one_of(facts_->intents().all());
  return found ? found->intent_id.str() : any('i', 6);
}

const intent_record* knowledge::claimable() {
  if (!facts_)
    return nullptr;
  auto others = facts_->intents().all();
  std::erase_if(others, [&](const auto* one) {
    return one->state != intent_state::suspended || one->principal_id.str() == who_.name;
  });
  return one_of(others);
}

std::vector<const operation_record*> knowledge::all_ready() {
  if (!facts_)
    return {};
  auto own = facts_->proposals().of(name_of(who_));
  if (facts_->policy().execution_model == execution_model::pre_commit && chance_.roll(8) != 0)
    std::erase_if(own, [](const auto* one) { return !one->authorised_by; });
  return own;
}

const operation_record* knowledge::ready() {
  return one_of(all_ready());
}

const operation_record* knowledge::ready_batch() {
  auto entries = all_ready();
  std::erase_if(entries, [](const auto* one) { return !one->batch_id; });
  return one_of(entries);
}

std::string knowledge::pending() {
  const auto* found = facts_ ? one_of(facts_->proposals().all()) : nullptr;
  return found ? found->op_id.str() : any('o', 12);
}

const operation_record* knowledge::replaceable() {
  if (!facts_)
    return nullptr;
  std::vector<const operation_record*> some;
  for (const auto* one : facts_->proposals().of(name_of(who_)))
    if (one->refuse_at != base::never) // its intent is over: there is a grace to put it under another (SPEC 15.7)
      some.push_back(one);
  if (some.empty())
    for (std::uint32_t i = 0; i < 12; ++i)
      if (const auto* past =
              facts_->past_operations().find(op_id(std::string{'o', who_.name.back(), '-'} + std::to_string(i)));
          past && past->state == operation_state::committed)
        some.push_back(past);
  return one_of(some);
}

std::string knowledge::claim() {
  const auto* found = facts_ ? one_of(facts_->claims().all()) : nullptr;
  if (found)
    return found->claim_id.str();
  return about_.latest_claims.empty() ? "claim-of-nobody" : about_.latest_claims.back().str();
}

std::string knowledge::conflict() {
  const auto& known = about_.latest_conflicts;
  if (known.empty() || chance_.roll(32) == 0)
    return "conflict-of-nobody";
  const auto count = static_cast<std::uint32_t>(known.size());
  const auto first = chance_.roll(count);
  if (facts_)
    for (std::uint32_t i = 0; i < count; ++i)
      if (const auto& id = known[(first + i) % count]; facts_->conflicts().find(id))
        return id.str();
  return known[first].str();
}

const conflict_record* knowledge::open(const std::string& id) const {
  return facts_ ? facts_->conflicts().find(conflict_id(id)) : nullptr;
}

std::string knowledge::colleague() {
  return "p" + std::to_string(chance_.roll(people_of_a_session));
}

std::string knowledge::file() {
  static constexpr std::string_view files[] = {"a.py", "b.py", "src/c.py", "src/d.py", "docs/e.md", "./a.py"};
  return std::string(files[chance_.roll(std::size(files))]);
}

std::string knowledge::state_of(const std::string& target) {
  const auto* known = facts_ ? facts_->target_ref(target) : nullptr;
  return known ? *known : "sha256:" + std::to_string(chance_.roll(3));
}

} // namespace mpac::tests
