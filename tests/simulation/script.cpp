#include "tests/simulation/script.hpp"

#include "tests/simulation/dice.hpp"

#include <array>
#include <numeric>
#include <utility>

namespace mpac::tests {
namespace {

struct habit {
  deed what;
  std::string_view name;
  std::uint32_t weight; ///< how often, against the others
};

constexpr std::array habits{
    habit{deed::hello, "HELLO", 40},
    habit{deed::heartbeat, "HEARTBEAT", 70},
    habit{deed::goodbye, "GOODBYE", 8},
    habit{deed::announce, "INTENT_ANNOUNCE", 150},
    habit{deed::update, "INTENT_UPDATE", 50},
    habit{deed::withdraw, "INTENT_WITHDRAW", 50},
    habit{deed::supersede_intent, "INTENT_ANNOUNCE superseding", 20},
    habit{deed::defer, "INTENT_DEFERRED", 15},
    habit{deed::claim, "INTENT_CLAIM", 25},
    habit{deed::propose, "OP_PROPOSE", 60},
    habit{deed::commit, "OP_COMMIT", 120},
    habit{deed::batch, "OP_BATCH_COMMIT", 30},
    habit{deed::reject, "OP_REJECT", 20},
    habit{deed::supersede, "OP_SUPERSEDE", 45},
    habit{deed::report, "CONFLICT_REPORT", 15},
    habit{deed::ack, "CONFLICT_ACK", 40},
    habit{deed::escalate, "CONFLICT_ESCALATE", 25},
    habit{deed::resolve, "RESOLUTION", 60},
    habit{deed::error, "PROTOCOL_ERROR", 12},
    habit{deed::unknown_type, "a type nobody knows", 4},
    habit{deed::coordinators_own, "SESSION_CLOSE", 4},
    habit{deed::connect, "connects", 40},
    habit{deed::disconnect, "disconnects", 12},
    habit{deed::pong, "pongs", 8},
    habit{deed::sideband, "asks the sideband", 12},
    habit{deed::duplicate, "sends the last message again", 12},
    habit{deed::garbage, "sends garbage", 8},
    habit{deed::wait_a_little, "time passes, a little", 60},
    habit{deed::wait, "time passes", 30},
    habit{deed::wait_long, "time passes, much", 3},
    habit{deed::change_policy, "the operator changes the policy", 3},
    habit{deed::close_session, "the operator ends the session", 1},
    habit{deed::engine_fails, "the store fails for once", 3},
    habit{deed::power_fails, "the power fails", 2},
    habit{deed::hub_killed, "the hub is killed", 2},
    habit{deed::hub_restarts, "the hub stops and starts", 2},
    habit{deed::session_fails, "a session fails of a mistake", 3},
    habit{deed::disk_fails, "the disk fails for a while", 5},
    habit{deed::disk_is_slow, "the disk is slow for a while", 3},
};

constexpr bool is_whole = [] {
  for (std::size_t i = 0; i < habits.size(); ++i)
    if (habits[i].what != static_cast<deed>(i))
      return false;
  return habits.size() == deeds;
}();
static_assert(is_whole, "habits has one row for each deed, in their order");

constexpr std::uint32_t all_weights = std::accumulate(habits.begin(), habits.end(), std::uint32_t{0},
                                                      [](auto sum, const habit& h) { return sum + h.weight; });

deed choose(dice& chance) {
  auto number = chance.roll(all_weights);
  for (const auto& each : habits) {
    if (number < each.weight)
      return each.what;
    number -= each.weight;
  }
  return deed::heartbeat;
}

} // namespace

std::string_view name(deed what) {
  return habits[static_cast<std::size_t>(what)].name;
}

std::vector<step> script_of(std::uint64_t seed, std::size_t steps) {
  dice chance(seed * 0x2545f4914f6cdd1d + 1);
  std::vector<step> script;
  script.reserve(steps);
  while (script.size() < steps) {
    step next;
    next.what = choose(chance);
    next.line = static_cast<std::uint8_t>(chance.roll(lines));
    next.choices = static_cast<std::uint32_t>(chance.roll());
    next.order = static_cast<std::uint32_t>(chance.roll());
    script.push_back(next);
  }
  return script;
}

} // namespace mpac::tests
