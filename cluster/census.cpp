#include "cluster/census.hpp"

#include <algorithm>
#include <functional>
#include <variant>

namespace mpac::cluster {
namespace {

using namespace protocol;

bool concerns_us(const event& one) {
  return std::holds_alternative<participant_joined>(one) || std::holds_alternative<participant_departed>(one) ||
         std::holds_alternative<seat_vacated>(one) || std::holds_alternative<conflict_opened>(one) ||
         std::holds_alternative<conflict_ended>(one);
}

template <class Id>
std::size_t name_of(const Id& id) {
  return std::hash<Id>{}(id);
}

} // namespace

void census::opened(const session_id&) {
  sessions_.fetch_add(1, std::memory_order_relaxed);
}

void census::unloaded(const session_id& id) {
  sessions_.fetch_sub(1, std::memory_order_relaxed);
  auto& in = district_of(id);
  const std::lock_guard lock(in.guard);
  const auto found = in.sessions.find(id);
  if (found == in.sessions.end())
    return;
  participants_.fetch_sub(static_cast<std::int64_t>(found->second.participants.size()), std::memory_order_relaxed);
  found->second.participants.clear();
  if (found->second.conflicts == 0)
    in.sessions.erase(found);
}

void census::failed(const session_id& id) {
  sessions_.fetch_sub(1, std::memory_order_relaxed);
  auto& in = district_of(id);
  const std::lock_guard lock(in.guard);
  const auto found = in.sessions.find(id);
  if (found == in.sessions.end())
    return;
  participants_.fetch_sub(static_cast<std::int64_t>(found->second.participants.size()), std::memory_order_relaxed);
  conflicts_.fetch_sub(found->second.conflicts, std::memory_order_relaxed);
  in.sessions.erase(found);
}

void census::follow(const session_id& id, const decision& what) {
  if (std::none_of(what.events.begin(), what.events.end(), concerns_us))
    return;
  auto& in = district_of(id);
  const std::lock_guard lock(in.guard);
  auto& population = in.sessions[id];
  for (const auto& one : what.events)
    apply(one, population);
  if (population.participants.empty() && population.conflicts == 0)
    in.sessions.erase(id);
}

census::district& census::district_of(const session_id& id) {
  return districts_[name_of(id) % districts_.size()];
}

void census::apply(const event& one, population& to) {
  if (const auto* joined = std::get_if<participant_joined>(&one))
    add(name_of(joined->record->principal_id), to.participants, participants_);
  else if (const auto* departed = std::get_if<participant_departed>(&one))
    take(name_of(departed->who), to.participants, participants_);
  else if (const auto* vacated = std::get_if<seat_vacated>(&one))
    take(name_of(vacated->who), to.participants, participants_);
  else if (std::holds_alternative<conflict_opened>(one))
    count(1, to);
  else if (std::holds_alternative<conflict_ended>(one) && to.conflicts != 0)
    count(-1, to);
}

void census::count(std::int64_t conflicts, population& in) {
  in.conflicts += conflicts;
  conflicts_.fetch_add(conflicts, std::memory_order_relaxed);
}

void census::add(name one, std::vector<name>& to, std::atomic<std::int64_t>& total) {
  if (std::find(to.begin(), to.end(), one) != to.end())
    return; // somebody who comes back, or takes over from another connection
  to.push_back(one);
  total.fetch_add(1, std::memory_order_relaxed);
}

void census::take(name one, std::vector<name>& from, std::atomic<std::int64_t>& total) {
  const auto found = std::find(from.begin(), from.end(), one);
  if (found == from.end())
    return;
  *found = from.back();
  from.pop_back();
  total.fetch_sub(1, std::memory_order_relaxed);
}

} // namespace mpac::cluster
