#include "actors/participant.hpp"

#include "actors/mistake.hpp"

#include <caf/all.hpp>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace mpac::actors {
namespace {

/// A pong tells the session at most this often that its person lives: far below any sensible liveness timeout.
constexpr std::chrono::seconds pulse_interval{5};

/// Whoever has not brought a new credential by then, once its own has run out, is shown out (O-152).
constexpr std::chrono::seconds expiry_grace{30};
/// No timer of ours runs for longer: a credential may be good for years.
constexpr std::chrono::hours longest_look_ahead{24};
/// Whoever verifies a credential has answered by then; what comes later counts for nothing.
constexpr std::chrono::seconds longest_verification{60};

/// So many refused credentials of a connection are answered at once. After each further one, and after each from an
/// address that is turned away, the connection is not heard for the pause: answers don't set the pace of guessing.
constexpr std::size_t prompt_refusals = 3;
constexpr std::chrono::seconds refusal_pause{1};

class desk {
public:
  desk(participant_actor::pointer self, protocol::seat_number seat, std::shared_ptr<actors::outbox> outbox,
       std::shared_ptr<observer> watch, std::shared_ptr<const safeguards> guards, peer_facts peer)
      : self_(self), seat_(seat), outbox_(std::move(outbox)), watch_(std::move(watch)), guards_(std::move(guards)),
        proofs_(guards_, std::move(peer)) {}

  void receive(letters& mail) { admit(std::move(mail)); }

  void sign_of_life(const pulse& mail) {
    if (!session_ || mail.when - last_pulse_ < pulse_interval)
      return;
    last_pulse_ = mail.when;
    self_->send(session_, lives{seat_, mail.when});
  }

  void lose_line() {
    line_is_gone_ = true;
    if (session_) // else on the way to it; it must hear that nobody comes
      leave();
  }

  void take_seat(seated_at& mail) {
    session_ = std::move(mail.session);
    door_.emplace(seat_, std::move(mail.terms));
    if (line_is_gone_)
      return leave();
    self_->monitor(session_);
    admit_waiting();
  }

  void adopt(const new_terms& mail) {
    if (door_)
      door_->adopt(mail.terms);
  }

  void hear_judgement(const hello_judged& mail) {
    go_on_after(mail.accepted,
                [&](base::instant until) { door_->welcomed(mail.who, mail.type, mail.instance, mail.lamport, until); });
  }

  void hear_judgement(const key_judged& mail) {
    go_on_after(mail.accepted, [&](base::instant until) { door_->renewed(until); });
  }

  void take_proof(const credential_judged& mail) {
    if (!proofs_.under_way() || mail.attempt != attempt_) // it came too late
      return;
    const auto logged = mail.what->has_error() ? mail.what->error().logged : std::string();
    auto outcome = proofs_.end(std::move(*mail.what), door_->terms(), now());
    arrivals through = new_arrivals(now());
    if (auto* why = std::get_if<protocol::refusal>(&outcome)) {
      watch_->credential_failed(door_->terms().session, proofs_.peer().address,
                                logged.empty() ? why->description : logged);
      hear_later(*why);
      through.all.emplace_back(std::move(*why));
    } else {
      is_waiting_ = true; // until the session has judged
      through.all.emplace_back(std::move(std::get<protocol::admitted>(outcome)));
      through.place = proofs_.take_place();
    }
    self_->send(session_, std::move(through));
    admit_waiting();
  }

  /// Ends what a credential allowed that has run out (O-152): what is said is refused from then on, and a moment later
  /// nothing is heard any more.
  void look_after_credential() {
    const auto until = door_->valid_until();
    if (until == base::never || !door_->is_present())
      return;
    const auto left = until + expiry_grace - now();
    if (left <= base::duration::zero()) {
      watch_->dismissed(dismissal::credential_expired);
      return outbox_->close(farewell::expired, "the credential ran out");
    }
    const auto wait = std::min<base::duration>(left, longest_look_ahead);
    if (now() + wait >= looks_at_)
      return; // it looks before that anyway
    looks_at_ = now() + wait;
    self_->delayed_send(self_, wait, credential_check{});
  }

  void check_credential() {
    looks_at_ = base::never;
    look_after_credential();
  }

  void hear_again() {
    is_waiting_ = false;
    admit_waiting();
  }

  void depart() { door_->departed(); }

  void session_is_gone() {
    // Without a farewell. Whoever comes back finds it made again.
    outbox_->close(farewell::failed, "the session failed");
  }

  void fail(const std::string& why) {
    watch_->actor_failed("participant", why);
    outbox_->close(farewell::failed, "the hub made a mistake with this connection");
    if (session_)
      self_->send(session_, vacated{seat_});
  }

private:
  [[nodiscard]] base::instant now() const { return base::at(self_->clock().now()); }

  /// The session has judged what everything else of this connection has waited for; `take` is told until when a
  /// credential that it has taken is good.
  template <class Take>
  void go_on_after(bool accepted, Take&& take) {
    is_waiting_ = false;
    proofs_.judged(accepted);
    if (accepted) {
      take(proofs_.valid_until());
      look_after_credential();
    }
    admit_waiting();
  }

  void leave() {
    self_->send(session_, vacated{seat_});
    self_->quit();
  }

  [[nodiscard]] arrivals new_arrivals(base::instant when) const {
    arrivals through;
    through.seat = seat_;
    through.when = when;
    if (door_->is_present())
      through.who = door_->bound_to();
    return through;
  }

  void admit(letters mail) {
    if (!door_ || is_waiting_) {
      waiting_.push_back(std::move(mail));
      return;
    }
    auto through = new_arrivals(mail.when);
    through.all.reserve(mail.all.size());
    std::size_t silent = 0;
    std::size_t done = 0;
    while (done < mail.all.size() && !is_waiting_)
      silent += !admit_one(mail.all[done++], mail.when, through.all);
    if (done != mail.all.size()) // who speaks next is known once the session has judged
      waiting_.insert(waiting_.begin(), letters{{std::make_move_iterator(mail.all.begin() + static_cast<long>(done)),
                                                 std::make_move_iterator(mail.all.end())},
                                                mail.when});
    if (silent != 0)
      outbox_->grant(silent);
    if (!through.all.empty())
      self_->send(session_, std::move(through));
    if (proof_.has_value()) // behind what came before it
      have_verified(*std::exchange(proof_, std::nullopt));
  }

  /// False: it is dropped without a word.
  bool admit_one(letter& one, base::instant when, std::vector<arrival>& through) {
    auto* envelope = std::get_if<protocol::envelope>(&one.content);
    if (auto too_fast = too_much(when)) {
      if (envelope)
        too_fast->refers_to = envelope->message_id;
      through.emplace_back(std::move(*too_fast));
      return true;
    }
    if (auto* why = std::get_if<protocol::refusal>(&one.content)) {
      through.emplace_back(std::move(*why));
      return true;
    }
    if (!envelope && when >= door_->valid_until()) {
      through.emplace_back(protocol::refusal{
          protocol::error_code::authorization_failed, "the credential ran out; say HELLO with a new one", {}});
      return true;
    }
    if (!envelope) {
      through.emplace_back(std::move(std::get<protocol::sideband_request>(one.content)));
      return true;
    }
    if (auto why = proofs_.forged(*envelope, one.frame->payload(), door_->terms(), when)) {
      through.emplace_back(std::move(*why));
      return true;
    }
    const bool brings_proof = vouching::brings_proof(*envelope, door_->terms());
    const bool says_hello = std::holds_alternative<protocol::hello>(envelope->body);
    auto verdict = door_->admit(std::move(*envelope), std::move(one.frame), when);
    if (auto* admitted = std::get_if<protocol::admitted>(&verdict)) {
      is_waiting_ = brings_proof || says_hello;
      if (brings_proof)
        proof_.emplace(std::move(*admitted));
      else
        through.emplace_back(std::move(*admitted));
    } else if (auto* why = std::get_if<protocol::refusal>(&verdict)) {
      through.emplace_back(std::move(*why));
    } else {
      watch_->ignored();
      return false;
    }
    return true;
  }

  /// Why one more letter is refused, whatever is in it: this connection has brought too many, or all those of its
  /// principal have. What can't be read counts too, and requests of the sideband, whose answers may be large.
  [[nodiscard]] std::optional<protocol::refusal> too_much(base::instant when) {
    if (auto too_fast = door_->pace(when))
      return too_fast;
    const auto& who = door_->bound_to();
    if (!who || !guards_ || !guards_->pace ||
        door_->terms().security_profile == protocol::security_profile::open) // where a name proves nothing
      return std::nullopt;
    const auto wait = guards_->pace->wait_of(*who, when);
    if (!wait)
      return std::nullopt;
    protocol::refusal why{protocol::error_code::rate_limited,
                          "more messages per second than limits.principal_messages_per_sec allows; slow down",
                          {}};
    why.retry_after = *wait;
    return why;
  }

  void have_verified(protocol::admitted message) {
    const auto judged = [to = participant_actor(self_), attempt = ++attempt_](security::credential_verdict verdict) {
      caf::anon_send(to,
                     credential_judged{attempt, std::make_shared<security::credential_verdict>(std::move(verdict))});
    };
    auto refused = proofs_.begin(std::move(message), door_->terms(), judged);
    if (!refused) {
      security::credential_verdict late = base::fail(security::credential_refusal{
          "the credential could not be verified in time; try again", "nobody has verified it in time", true});
      self_->delayed_send(self_, longest_verification,
                          credential_judged{attempt_, std::make_shared<security::credential_verdict>(std::move(late))});
      return;
    }
    if (!hear_later(*refused)) // that an address is turned away shows in how it came to that
      watch_->credential_failed(door_->terms().session, proofs_.peer().address, refused->description);
    auto through = new_arrivals(now());
    through.all.emplace_back(std::move(*refused));
    self_->send(session_, std::move(through));
    admit_waiting();
  }

  /// A proof was refused. True: because its address is turned away.
  bool hear_later(const protocol::refusal& why) {
    const bool is_turned_away = why.code == protocol::error_code::rate_limited;
    if (!door_->is_present() && (is_turned_away || ++refusals_ > prompt_refusals))
      self_->delayed_send(self_, refusal_pause, heard_again{});
    else
      is_waiting_ = false;
    return is_turned_away;
  }

  void admit_waiting() {
    auto waiting = std::exchange(waiting_, {});
    for (auto& mail : waiting)
      admit(std::move(mail));
  }

  participant_actor::pointer self_;
  protocol::seat_number seat_;
  std::shared_ptr<actors::outbox> outbox_;
  std::shared_ptr<observer> watch_;
  std::shared_ptr<const safeguards> guards_;
  vouching proofs_;
  session_actor session_;
  std::optional<protocol::admission> door_;
  // Letters that wait for the session, or behind what has to be verified or judged. Bounded by net's inbound_window.
  std::vector<letters> waiting_;
  bool is_waiting_ = false;                 // something is verified, or a HELLO judged
  std::optional<protocol::admitted> proof_; // to be verified once what came before is on its way
  std::uint64_t attempt_ = 0;               // number of the verification that was asked for last
  base::instant looks_at_ = base::never;    // when a check of the credential is due
  std::size_t refusals_ = 0;                // of proofs
  base::instant last_pulse_{};
  bool line_is_gone_ = false;
};

participant_actor::behavior_type room(participant_actor::pointer self, std::shared_ptr<desk> at) {
  self->set_down_handler([at](caf::scheduled_actor*, caf::down_msg&) { at->session_is_gone(); });
  ends_by_mistake(self, [at](const std::string& why) { at->fail(why); });
  return {
      [=](letters& mail) { at->receive(mail); },
      [=](const pulse& mail) { at->sign_of_life(mail); },
      [=](const line_gone&) { at->lose_line(); },
      [=](seated_at& mail) { at->take_seat(mail); },
      [=](const new_terms& mail) { at->adopt(mail); },
      [=](const hello_judged& mail) { at->hear_judgement(mail); },
      [=](const credential_judged& mail) { at->take_proof(mail); },
      [=](const key_judged& mail) { at->hear_judgement(mail); },
      [=](const credential_check&) { at->check_credential(); },
      [=](const heard_again&) { at->hear_again(); },
      [=](const said_goodbye&) { at->depart(); },
      [=](const unseated&) { at->depart(); },
  };
}

} // namespace

participant_actor::behavior_type participant_room(participant_actor::pointer self, protocol::seat_number seat,
                                                  protocol::session_id session, registry_actor registry,
                                                  std::shared_ptr<outbox> outbox, std::shared_ptr<observer> watch,
                                                  std::shared_ptr<const safeguards> guards, peer_facts peer) {
  auto at = std::make_shared<desk>(self, seat, outbox, std::move(watch), std::move(guards), std::move(peer));
  self->send(registry, open_session{std::move(session), attach{seat, std::move(outbox), participant_actor(self)}});
  return room(self, std::move(at));
}

participant_actor::behavior_type participant_of(participant_actor::pointer self, protocol::seat_number seat,
                                                session_actor session, std::shared_ptr<outbox> outbox,
                                                std::shared_ptr<observer> watch,
                                                std::shared_ptr<const safeguards> guards, peer_facts peer) {
  auto at = std::make_shared<desk>(self, seat, outbox, std::move(watch), std::move(guards), std::move(peer));
  self->send(session, attach{seat, std::move(outbox), participant_actor(self)});
  return room(self, std::move(at));
}

} // namespace mpac::actors
