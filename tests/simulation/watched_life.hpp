// One life of a hub as the onlooker sees it: what its actors still do after it has ended, nobody sees.
#pragma once

#include "actors/outbox.hpp"
#include "tests/simulation/onlooker.hpp"

#include <memory>
#include <utility>

namespace mpac::tests {

class watched_life final : public actors::observer {
public:
  explicit watched_life(std::shared_ptr<onlooker> watch) : watch_(std::move(watch)) {}
  void ends() noexcept { is_over_ = true; }
  [[nodiscard]] bool is_over() const noexcept { return is_over_; }

  void session_opened(const protocol::session_id& id) override {
    if (!is_over_)
      watch_->session_opened(id);
  }
  void session_unloaded(const protocol::session_id& id) override {
    if (!is_over_)
      watch_->session_unloaded(id);
  }
  void session_failed(const protocol::session_id& id, const std::string& why, bool will_return) override {
    if (!is_over_)
      watch_->session_failed(id, why, will_return);
  }
  void actor_failed(std::string_view which, const std::string& why) override {
    if (!is_over_)
      watch_->actor_failed(which, why);
  }
  void message_poisoned(const protocol::session_id& id, const std::string& why) override {
    if (!is_over_)
      watch_->message_poisoned(id, why);
  }
  void decided(const protocol::session_id& id, const protocol::decision& made) override {
    if (!is_over_)
      watch_->decided(id, made);
  }
  void journal_failed(const std::string& why) override {
    if (!is_over_)
      watch_->journal_failed(why);
  }
  void journal_recovered() override {
    if (!is_over_)
      watch_->journal_recovered();
  }
  void store_unreadable(const protocol::session_id& id, const std::string& why) override {
    if (!is_over_)
      watch_->store_unreadable(id, why);
  }
  void tidying_failed(const std::string& why) override {
    if (!is_over_)
      watch_->tidying_failed(why);
  }

private:
  std::shared_ptr<onlooker> watch_;
  bool is_over_ = false;
};

/// What comes out of one seat goes before the onlooker.
class watched_outbox final : public actors::outbox {
public:
  watched_outbox(protocol::seat_number at, std::shared_ptr<onlooker> watch, std::shared_ptr<watched_life> life)
      : at_(at), watch_(std::move(watch)), life_(std::move(life)) {}
  void deliver(std::span<const protocol::frame_ptr> frames, base::instant) override {
    heard += frames.size();
    if (!life_->is_over())
      watch_->delivered_at(at_, frames);
  }
  void close(actors::farewell why, std::string) override {
    is_closed = true; // who goes on speaking may win the seat back, and lose it once more
    if (!life_->is_over())
      watch_->closed_at(at_, why);
  }
  void grant(std::size_t messages) override { granted += messages; }
  void admitted() override {}

  std::size_t granted = 0, heard = 0;
  bool is_closed = false;

private:
  protocol::seat_number at_;
  std::shared_ptr<onlooker> watch_;
  std::shared_ptr<watched_life> life_;
};

} // namespace mpac::tests
