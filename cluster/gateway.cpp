#include "cluster/gateway.hpp"

#include "actors/participant.hpp"
#include "cluster/session_catalog.hpp"
#include "cluster/session_path.hpp"
#include "net/loops.hpp"

#include <caf/all.hpp>

#include <functional>
#include <utility>

namespace mpac::cluster {
namespace {

/// A seat's way out, by way of its connection.
class line final : public actors::outbox {
public:
  explicit line(std::shared_ptr<net::connection> to) : to_(std::move(to)) {}

  void deliver(std::span<const protocol::frame_ptr> frames, base::instant since) override {
    to_->deliver(frames, since);
  }
  void grant(std::size_t messages) override { to_->grant(messages); }
  void admitted() override { to_->admitted(); }

  void close(actors::farewell why, std::string reason) override {
    using actors::farewell;
    switch (why) {
    case farewell::replaced:
      return to_->close(net::close_code::replaced, std::move(reason));
    case farewell::turned_away:
      return to_->close(net::close_code::bad_path, std::move(reason));
    case farewell::try_again:
      return to_->close(net::close_code::try_again_later, std::move(reason));
    case farewell::expired:
      return to_->close(net::close_code::policy, std::move(reason));
    case farewell::failed:
      return to_->close(net::close_code::internal_error, std::move(reason));
    case farewell::service_restart:
      return to_->close(net::close_code::service_restart, std::move(reason));
    case farewell::going_away:
      return to_->close(net::close_code::going_away, std::move(reason));
    }
  }

private:
  std::shared_ptr<net::connection> to_;
};

/// The house's side of one connection: opens letters on the thread that read them, and passes them on.
class guest final : public net::visitor {
public:
  guest(actors::participant_actor participant, protocol::decoder& opener, const session_catalog& catalog,
        protocol::session_id session)
      : participant_(std::move(participant)), opener_(opener), catalog_(catalog), session_(std::move(session)) {
    look_up_strictness();
  }

  void arrived(net::arrivals messages, base::instant when) override {
    if (edition_ != catalog_.strictness_edition())
      look_up_strictness(); // the policy may change while the connection stands
    actors::letters mail;
    mail.when = when;
    mail.all.reserve(messages.size());
    for (auto& frame : messages) {
      auto opened = opener_.decode(frame, how_);
      auto& letter = mail.all.emplace_back();
      if (!opened)
        letter.content = std::move(opened.error());
      else
        std::visit([&](auto&& said) { take(letter, std::move(said)); }, std::move(*opened));
      letter.frame = std::move(frame);
    }
    caf::anon_send(participant_, std::move(mail));
  }

  void alive(base::instant when) override { caf::anon_send(participant_, actors::pulse{when}); }

  void gone(std::uint16_t) override { caf::anon_send(participant_, actors::line_gone{}); }

private:
  void look_up_strictness() {
    edition_ = catalog_.strictness_edition(); // first: what changes in between is looked up again
    how_ = catalog_.is_strict(session_) ? protocol::strictness::strict : protocol::strictness::lenient;
  }

  static void take(actors::letter& letter, protocol::envelope&& said) { letter.content = std::move(said); }
  template <class Request>
  static void take(actors::letter& letter, Request&& asked) {
    letter.content = protocol::sideband_request(std::forward<Request>(asked));
  }

  actors::participant_actor participant_;
  protocol::decoder& opener_;
  const session_catalog& catalog_;
  const protocol::session_id session_;
  std::uint64_t edition_ = 0;
  protocol::strictness how_ = protocol::strictness::lenient;
};

} // namespace

gateway::gateway(caf::actor_system& system, actors::registry_actor registry, const session_catalog& catalog,
                 std::shared_ptr<actors::observer> watch, std::shared_ptr<const actors::safeguards> guards,
                 std::size_t loops)
    : system_(system), registry_(std::move(registry)), catalog_(catalog), watch_(std::move(watch)),
      guards_(std::move(guards)), decoders_(loops) {}

std::size_t gateway::place(std::string_view target) {
  // One session, one loop: its messages are then read, decided and written on the same core.
  const auto session = catalog_.session_of(target);
  return session ? std::hash<protocol::session_id>{}(*session) : 0;
}

std::unique_ptr<net::visitor> gateway::enter(std::string_view target, std::shared_ptr<net::connection> who,
                                             net::rejection& why) {
  const auto session = catalog_.session_of(target);
  if (!session) {
    why = {net::close_code::bad_path, "the path must be /session/<id>, an id being 1 to 128 of A-Za-z0-9._~:@-"};
    return nullptr;
  }
  actors::peer_facts peer{who->peer(), who->peer_certificate()};
  auto way_out = std::make_shared<line>(std::move(who));
  auto participant =
      system_.spawn(actors::participant_room, ++last_seat_, *session, registry_,
                    std::shared_ptr<actors::outbox>(std::move(way_out)), watch_, guards_, std::move(peer));
  return std::make_unique<guest>(std::move(participant), decoders_.at(net::loops::current()), catalog_, *session);
}

} // namespace mpac::cluster
