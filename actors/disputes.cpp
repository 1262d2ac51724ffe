#include "actors/disputes.hpp"

#include "actors/conflict.hpp"

#include <caf/all.hpp>

#include <utility>

namespace mpac::actors {

void disputes::end(const protocol::conflict_id& id) {
  if (auto room = rooms_.extract(id))
    self_->send(room.mapped(), dissolve{});
}

void disputes::end_all() {
  for (const auto& [id, room] : rooms_)
    self_->send(room, dissolve{});
}

const conflict_actor& disputes::room_of(const protocol::conflict_record& about) {
  auto room = rooms_.find(about.conflict_id);
  if (room == rooms_.end())
    room = rooms_.emplace(about.conflict_id, self_->spawn(conflict_room, about, watch_)).first;
  return room->second;
}

std::optional<disputes::mail> disputes::next() {
  if (deliberating() || held_.empty())
    return std::nullopt;
  auto first = std::move(held_.front());
  held_.pop_front();
  return first;
}

} // namespace mpac::actors
