// A session that lives, for tests of those who keep sessions: what it decides can be handed over, and how it was at any
// of its decisions can be told.
#pragma once

#include "protocol/session_image.hpp"
#include "store/encoding.hpp"
#include "store/engine.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace mpac::store {

using namespace protocol;

inline constexpr auto morning = base::instant{base::duration{1'000'000'000}};

class living {
public:
  explicit living(const std::string& id = "talk", std::uint32_t retention_days = 90)
      : facts_(origin_of(id, retention_days)), id_(id) {}

  parcel founding() const { return {id_, {}, std::make_shared<const session_image>(facts_.image())}; }
  /// Some decisions, each with an intent, a message that came in and a frame that went out to all.
  parcel decides(int times = 1, bool with_image = false, std::size_t frame_bytes = 8) {
    parcel made{id_, {}, {}};
    for (; times > 0; --times) {
      decision next;
      next.sequence = facts_.sequence() + 1;
      next.lamport_after = facts_.lamport() + 2;
      next.cause.when = morning + std::chrono::seconds(next.sequence);
      next.cause.inbound = frame::of("in " + std::to_string(next.sequence));
      intent_record intent;
      intent.intent_id = intent_id("i" + std::to_string(next.sequence));
      intent.principal_id = principal_id("p");
      intent.order = next.sequence;
      intent.scope = file_set({"f" + std::to_string(next.sequence)});
      next.events.push_back(intent_registered{intent});
      auto text = "out " + std::to_string(next.sequence);
      text.resize(std::max(text.size(), frame_bytes), ' ');
      next.notices.push_back({audience::all(), frame::of(text), voice::coordinator, next.lamport_after});
      facts_.absorb(next);
      made.decisions.push_back(std::make_shared<const decision>(std::move(next)));
    }
    if (with_image)
      made.image = std::make_shared<const session_image>(facts_.image());
    history_.insert(history_.end(), made.decisions.begin(), made.decisions.end());
    return made;
  }
  /// It is over; the image comes with what ended it.
  parcel closes() {
    decision last;
    last.sequence = facts_.sequence() + 1;
    last.lamport_after = facts_.lamport() + 1;
    last.cause.when = morning + std::chrono::seconds(last.sequence);
    last.events.push_back(session_ended{close_reason::manual});
    last.notices.push_back({audience::all(), frame::of("closed"), voice::coordinator, last.lamport_after});
    facts_.absorb(last);
    history_.push_back(std::make_shared<const decision>(std::move(last)));
    return {id_, {history_.back()}, std::make_shared<const session_image>(facts_.image())};
  }
  std::unique_ptr<session> leaves() const { return std::make_unique<session>(facts_.image()); }

  /// How it was then, in bytes.
  std::string at(std::uint64_t sequence) const {
    session then(origin_of(id_.str(), facts_.policy().lifecycle.audit_retention_days));
    for (const auto& each : history_)
      if (each->sequence <= sequence)
        then.absorb(*each);
    return encode(then.image());
  }
  const session_id& id() const { return id_; }
  std::uint64_t sequence() const { return facts_.sequence(); }

private:
  static session_origin origin_of(const std::string& id, std::uint32_t retention_days) {
    session_origin origin;
    origin.id = session_id(id);
    if (retention_days != default_policy()->lifecycle.audit_retention_days) {
      session_policy policy;
      policy.lifecycle.audit_retention_days = retention_days;
      origin.policy = std::make_shared<const session_policy>(policy);
    }
    origin.created_at = morning;
    return origin;
  }
  session facts_;
  session_id id_;
  std::vector<std::shared_ptr<const decision>> history_;
};

inline base::result<void, fault> append(engine& to, const parcel& what) {
  return to.append(std::span(&what, 1));
}

} // namespace mpac::store
