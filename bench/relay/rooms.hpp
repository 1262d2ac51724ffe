// Who is in which session of a relay.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace mpac::bench::relay {

/// The connections of each session, by request target. A room lives as long as the relay.
template <class Connection>
class rooms {
public:
  using room = std::vector<Connection*>;

  room& enter(std::string_view target, Connection& who) {
    room& r = rooms_[std::string(target)]; // references into an unordered_map stay valid
    r.push_back(&who);
    return r;
  }

  static void leave(room& r, Connection& who) { r.erase(std::remove(r.begin(), r.end(), &who), r.end()); }

private:
  std::unordered_map<std::string, room> rooms_;
};

} // namespace mpac::bench::relay
