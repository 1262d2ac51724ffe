#include "tests/simulation/frozen_shadow.hpp"

namespace mpac::tests {

using namespace mpac::protocol;

void frozen_shadow::follow(const scope_frozen& e) {
  for (const auto& frozen : e.parts)
    parts_.push_back({e.conflict_id, frozen, {}});
  for (auto& each : parts_)
    if (each.of == e.conflict_id)
      each.passing = e.passing;
}

void frozen_shadow::follow(const conflict_ended& e) {
  std::erase_if(parts_, [&](const part& each) { return each.of == e.conflict_id; });
}

frozen_shadow::listing frozen_shadow::at(std::string_view target, const resource_registry* registry) const {
  listing found;
  for (const auto& each : parts_)
    if (covers_target(each.scope, target, registry) == verdict::yes)
      found.push_back(&each);
  return found;
}

bool frozen_shadow::hold(const scope& s, const resource_registry* registry) const {
  std::vector<scope> all;
  for (const auto& each : parts_)
    all.push_back(each.scope);
  return !all.empty() && contains(all, s, registry) == verdict::yes;
}

} // namespace mpac::tests
