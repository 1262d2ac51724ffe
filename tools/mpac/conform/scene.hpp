// A session of its own for one check, and the people who come into it.
#pragma once

#include "tools/mpac/conform/visitor.hpp"

#include <deque>
#include <functional>

namespace mpac::tools::conform {

/// Whom to test, and how long to wait.
struct run_terms {
  std::string url;     ///< `ws://host:port/session/{session}`
  std::string session; ///< instead of a fresh session for each check, this one
  std::string ca_file;
  patience how_long;
  std::chrono::milliseconds longest_wait{10'000}; ///< for what takes its time: a TTL, a heartbeat, a grace period
};

/// What stands for the session in the URL.
inline constexpr std::string_view session_mark = "{session}";

class scene {
public:
  scene(const run_terms& terms, record& kept_in, std::string_view check);

  /// Somebody who has connected and said nothing yet. Throws `surprise` where that fails.
  visitor& arrive(std::string_view name);
  /// Somebody who was let in: `agent:<name>-<something>`.
  visitor& join(std::string_view name, std::initializer_list<std::string_view> roles = {"contributor"});
  /// The same person on a connection of its own.
  visitor& return_as(std::string_view principal);

  /// Everything was heard by everybody: what one said may be decided after another was asked, so all are asked twice.
  void settle();

  /// The payload of the last SESSION_INFO that somebody got.
  [[nodiscard]] const json::value& info() const noexcept { return info_; }
  /// Throws `not_applicable` unless the session is of this kind.
  void only_if(bool applies, const std::string& otherwise) const;
  /// Of a policy in SESSION_INFO, such as `governance_policy.intent_expiry_grace_sec`; `otherwise` where it is not
  /// told.
  [[nodiscard]] std::chrono::milliseconds span(std::string_view path, std::chrono::milliseconds otherwise) const;
  /// What takes that long is waited for, or the check does not apply.
  [[nodiscard]] std::chrono::milliseconds worth_waiting(std::chrono::milliseconds span) const;
  /// Waits that long while everything is heard.
  void let_pass(std::chrono::milliseconds span);
  [[nodiscard]] const patience& how_long() const noexcept { return terms_.how_long; }

  /// Makes a conflict between an intent of each, in the way this coordinator allows: growing one intent onto the other
  /// (SPEC 15.4), or a report of one of them (SPEC 17.2). Throws `not_applicable` where there is none.
  struct dispute {
    std::string conflict, intent_a, intent_b;
    std::string resource;
    const heard_message* report = nullptr; ///< the coordinator's own, as `b` got it; null: a participant reported
  };
  dispute make_dispute(visitor& a, visitor& b);

private:
  visitor& connect(std::string principal);

  const run_terms& terms_;
  record& record_;
  std::string check_;
  std::string session_;
  road road_;
  std::deque<visitor> people_;
  json::value info_;
};

/// The URL of a session; the mark is replaced, or `/session/<id>` added where there is none and no path either.
[[nodiscard]] base::result<net::web_url, std::string> session_url(std::string url, std::string_view session);

} // namespace mpac::tools::conform
