// Announcing and withdrawing an intent, from the door to absorb: does it cost more where much lives or lived (SPEC 15)?
#include "bench/micro/house.hpp"
#include "bench/micro/measure.hpp"

#include <fmt/format.h>

namespace mpac::bench {
namespace {

using namespace protocol;

constexpr std::size_t a_team = 4, a_crowd = 1'000;
constexpr std::size_t pairs = 256; // announce and withdraw, a round
constexpr std::size_t few = 100;

/// A session to which a round of intents comes and from which it goes again.
class visited_house {
public:
  /// The first of `size` participants is the visitor; `kept` intents are held in turns by those from `holders` on.
  visited_house(std::size_t size, std::size_t kept, std::size_t holders) : house_(size), stays_(kept) {
    letters_.reserve(2 * pairs);
    house_.fill(kept, holders);
  }
  void age(std::size_t finished) { house_.age(finished); }

  [[nodiscard]] side as_side() {
    return {[this] { write(); }, [this] { work(); }, [this] { check(); }};
  }

  /// The index looks: who wants what another holds is told so.
  void prove_overlap() {
    house_.live(2, house_.announce(2, "mine", "src/claimed.cpp"));
    house_.live(0, house_.announce(0, "mine-too", "src/claimed.cpp"));
    prove(house_.facts().conflicts().all().size() == 1, "an overlap is found among all that lives");
    house_.live(2, house_.withdraw(2, "mine"));
    house_.live(0, house_.withdraw(0, "mine-too"));
    prove(house_.facts().conflicts().all().empty(), "the conflict ends with its intents");
    check_size();
  }

private:
  struct letter {
    envelope message;
    frame_ptr frame;
  };

  void add(frame_ptr frame) {
    auto message = house_.open(frame);
    letters_.push_back({std::move(message), std::move(frame)});
  }

  void write() {
    letters_.clear();
    for (std::size_t i = 0; i < pairs; ++i) {
      const auto intent = fmt::format("passing-{}", ++intents_);
      add(house_.announce(0, intent, fmt::format("src/room-{}/passing-{}.cpp", intents_ % 100, intents_)));
      add(house_.withdraw(0, intent));
    }
    accepted_ = notices_ = 0;
  }

  void work() {
    for (auto& [message, frame] : letters_)
      house_.hear(0, std::move(message), frame, [&](decision&& made) {
        accepted_ += !made.cause.error;
        notices_ += made.notices.size();
      });
  }

  void check() {
    prove(accepted_ == 2 * pairs && notices_ == 2 * pairs, "every message is accepted and relayed, and nothing else");
    check_size();
  }
  void check_size() { prove(house_.facts().intents().size() == stays_, "what comes goes, and the rest stays"); }

  house house_;
  std::size_t stays_;
  std::vector<letter> letters_;
  std::size_t intents_ = 0, accepted_ = 0, notices_ = 0;
};

void compare(benchmark::State& state, visited_house& yardstick, visited_house& subject) {
  yardstick.prove_overlap();
  subject.prove_overlap();
  by_turns(state, yardstick.as_side(), subject.as_side(), pairs);
}

std::size_t live(const benchmark::State& state) {
  return static_cast<std::size_t>(state.range(0));
}

// A thousand others hold what lives; the yardstick has 100 live intents.
void announce_among_others(benchmark::State& state) {
  visited_house yardstick(a_crowd, few, 1), subject(a_crowd, live(state), 1);
  compare(state, yardstick, subject);
}

// Four hold what lives, a quarter of it the one who announces.
void announce_among_own(benchmark::State& state) {
  visited_house yardstick(a_team, few, 0), subject(a_team, live(state), 0);
  compare(state, yardstick, subject);
}

// Nothing lives any more; the yardstick is a new session.
void announce_after_finished(benchmark::State& state) {
  visited_house yardstick(a_team, 0, 0), subject(a_team, 0, 0);
  subject.age(static_cast<std::size_t>(state.range(0)));
  compare(state, yardstick, subject);
}

BENCHMARK(announce_among_others)->Arg(10)->Arg(100)->Arg(1'000)->Arg(100'000)->UseManualTime();
BENCHMARK(announce_among_own)->Arg(10)->Arg(100)->Arg(1'000)->Arg(100'000)->UseManualTime();
BENCHMARK(announce_after_finished)->Arg(200'000)->UseManualTime();

} // namespace
} // namespace mpac::bench
