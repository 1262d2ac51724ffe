// Asks the model until its answer can be used, or it is certain that it will not be.
#pragma once

#include "client/agent/judgement.hpp"
#include "client/agent/questions.hpp"

#include <boost/asio/awaitable.hpp>

#include <memory>
#include <string>
#include <utility>

namespace mpac::client::agent {

class counsel {
public:
  counsel(std::shared_ptr<model> asks, const agent_options& how, usage& all)
      : model_(std::move(asks)), how_(&how), all_(&all) {}

  /// `judge` is called with the answer's object.
  template <class T, class Judge>
  boost::asio::awaitable<base::result<T, agent_error>> decide(question asked, Judge judge);

  /// Texts nobody can foresee, for `quoting`.
  [[nodiscard]] static quoting fresh_quoting();
  /// Of what was asked here.
  [[nodiscard]] const usage& used() const noexcept { return used_; }

private:
  std::shared_ptr<model> model_;
  const agent_options* how_;
  usage used_;
  usage* all_;
};

template <class T, class Judge>
boost::asio::awaitable<base::result<T, agent_error>> counsel::decide(question asked, Judge judge) {
  asked.longest = how_->longest_answer;
  asked.on_piece = how_->on_piece;
  const auto thinks = model_;
  for (std::uint32_t corrected = 0;; ++corrected) {
    auto said = co_await thinks->ask(asked);
    const auto cost = said ? said->used : said.error().used;
    used_ += cost;
    *all_ += cost;
    std::string wrong;
    if (said) {
      base::result<T, std::string> made = judge(said->object);
      if (made)
        co_return base::result<T, agent_error>{boost::system::in_place_value, std::move(*made)};
      wrong = made.error();
    } else if (auto failed = said.error(); failed.why != trouble::unreadable || corrected >= how_->corrections) {
      agent_error error;
      error.from = agent_error::source::model;
      error.of_model = std::move(failed);
      co_return base::fail(std::move(error));
    } else {
      wrong = "it was not in the form asked for";
    }
    if (corrected >= how_->corrections) {
      agent_error error;
      error.from = agent_error::source::answer;
      error.what = std::move(wrong);
      co_return base::fail(std::move(error));
    }
    if (how_->on_step)
      how_->on_step({stage::correcting, {}, on_one_line(wrong)});
    asked = ask_again(std::move(asked), wrong, fresh_quoting());
  }
}

} // namespace mpac::client::agent
