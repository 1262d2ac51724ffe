// Bringing a conflict about and resolving it, from admission to absorb, beside many that stay open (SPEC 17, 18.4).
#include "bench/micro/house.hpp"
#include "bench/micro/measure.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <random>

namespace mpac::bench {
namespace {

using namespace protocol;

constexpr std::size_t owner = 0, holder = 1, newcomer = 2, a_team = 4;
constexpr std::size_t disputes = 64; // a round

/// A session in which so many conflicts are open, each about two intents on a file of their own.
class disputed_house {
public:
  explicit disputed_house(std::size_t open) : house_(a_team) {
    letters_.reserve(disputes);
    for (std::size_t i = 0; i < open; ++i)
      kept_.push_back(dispute_over("kept", i));
    prove(house_.facts().conflicts().size() == open, "conflicts stay open");
  }

  /// The second announce of each pair brings the conflict about.
  [[nodiscard]] side reporting() {
    return {[this] {
              start();
              for (std::size_t i = 0; i < disputes; ++i) {
                house_.live(holder, house_.announce(holder, name("held", i), file("new", i)));
                add(house_.announce(newcomer, name("wanted", i), file("new", i)));
              }
            },
            [this] { hear_from(newcomer); },
            [this] {
              prove(opened_.size() == disputes, "each overlap is reported");
              for (const auto& conflict : opened_)
                house_.deliberate(house_.live(owner, approve(conflict)), [](decision&&) {});
              withdraw_all("held", "wanted");
            }};
  }

  /// The conflicts that are resolved are the last that began.
  [[nodiscard]] side resolving_the_newest() {
    return {[this] {
              start();
              for (std::size_t i = 0; i < disputes; ++i)
                add(approve(dispute_over("new", i)));
            },
            [this] { hear_from(owner); },
            [this] {
              prove(resolved_ == disputes, "each is resolved");
              withdraw_all("new-held", "new-wanted");
            }};
  }

  /// They are any of those that stay open.
  [[nodiscard]] side resolving_any() {
    return {[this] {
              start();
              std::shuffle(kept_.begin(), kept_.end(), dice_);
              for (std::size_t i = 0; i < disputes; ++i)
                add(approve(kept_[i]));
            },
            [this] { hear_from(owner); },
            [this] {
              prove(resolved_ == disputes, "each is resolved");
              for (std::size_t i = 0; i < disputes; ++i) // as many stay open as before
                kept_[i] = dispute_over("again", again_++);
            }};
  }

private:
  struct letter {
    envelope message;
    frame_ptr frame;
  };

  static std::string name(std::string_view what, std::size_t i) { return fmt::format("{}-{}", what, i); }
  static std::string file(std::string_view what, std::size_t i) {
    return fmt::format("src/room-{}/{}-{}.cpp", i % 100, what, i);
  }

  void start() {
    letters_.clear();
    opened_.clear();
    resolved_ = 0;
  }
  void add(frame_ptr frame) {
    auto message = house_.open(frame);
    letters_.push_back({std::move(message), std::move(frame)});
  }

  frame_ptr approve(const conflict_id& conflict) {
    return house_.letter(owner, "RESOLUTION",
                         fmt::format(R"({{"conflict_id":"{}","resolution_id":"resolution-{}","decision":"approved",)"
                                     R"("rationale":"Both may go on"}})",
                                     conflict.str(), ++resolutions_));
  }

  conflict_id dispute_over(std::string_view what, std::size_t i) {
    house_.live(holder, house_.announce(holder, fmt::format("{}-held-{}", what, i), file(what, i)));
    const auto made =
        house_.live(newcomer, house_.announce(newcomer, fmt::format("{}-wanted-{}", what, i), file(what, i)));
    opened_.clear();
    note(made);
    prove(opened_.size() == 1, "an overlap is found among all that lives");
    return opened_.front();
  }
  void withdraw_all(std::string_view held, std::string_view wanted) {
    for (std::size_t i = 0; i < disputes; ++i) {
      house_.live(holder, house_.withdraw(holder, name(held, i)));
      house_.live(newcomer, house_.withdraw(newcomer, name(wanted, i)));
    }
    prove(house_.facts().conflicts().size() == kept_.size(), "what comes goes, and the rest stays");
  }

  void note(const decision& made) {
    for (const auto& e : made.events)
      if (const auto* opened = std::get_if<conflict_opened>(&e))
        opened_.push_back(opened->record->conflict_id);
      else
        resolved_ += std::holds_alternative<conflict_ended>(e);
  }
  void hear_from(std::size_t who) {
    for (auto& [message, frame] : letters_) {
      decision last;
      house_.hear(who, std::move(message), frame, [&](decision&& made) { last = std::move(made); });
      note(last);
      house_.deliberate(last, [this](decision&& made) { note(made); });
    }
  }

  house house_;
  std::vector<conflict_id> kept_, opened_;
  std::vector<letter> letters_;
  std::size_t resolved_ = 0, resolutions_ = 0, again_ = 0;
  std::mt19937 dice_{1};
};

std::size_t open(const benchmark::State& state) {
  return static_cast<std::size_t>(state.range(0));
}

// The yardstick has none open but those of the round.
void report_next(benchmark::State& state) {
  disputed_house yardstick(0), subject(open(state));
  by_turns(state, yardstick.reporting(), subject.reporting(), disputes);
}

void resolve_newest(benchmark::State& state) {
  disputed_house yardstick(0), subject(open(state));
  by_turns(state, yardstick.resolving_the_newest(), subject.resolving_the_newest(), disputes);
}

void resolve_any(benchmark::State& state) {
  disputed_house yardstick(disputes), subject(open(state));
  by_turns(state, yardstick.resolving_any(), subject.resolving_any(), disputes);
}

BENCHMARK(report_next)->Arg(1'000)->Arg(50'000)->UseManualTime();
BENCHMARK(resolve_newest)->Arg(1'000)->Arg(50'000)->UseManualTime();
BENCHMARK(resolve_any)->Arg(1'000)->Arg(50'000)->UseManualTime();

} // namespace
} // namespace mpac::bench
