#include "cluster/admin_api.hpp"

#include "cluster/admin_answers.hpp"
#include "cluster/admin_desk.hpp"
#include "cluster/claim_request.hpp"
#include "cluster/metrics.hpp"
#include "cluster/session_catalog.hpp"
#include "config/policy_request.hpp"
#include "protocol/rules/rules.hpp"
#include "protocol/wire/encoder.hpp"
#include "protocol/wire/redaction.hpp"
#include "protocol/wire/snapshot_encoder.hpp"
#include "protocol/wire/transcript_encoder.hpp"
#include "security/log_keeping.hpp"

#include <array>
#include <charconv>
#include <optional>
#include <string_view>
#include <utility>

namespace mpac::cluster {
namespace {

using replier = std::shared_ptr<net::reply>;

/// What one page of the list holds when nobody says, and at most.
constexpr std::size_t default_page = 100;
constexpr std::size_t longest_page = 1000;

/// A request that has found its route.
struct call {
  net::http_request request;
  replier answer;
  /// What stood at `*` in the route, then what stood at `**`, put together again.
  std::vector<std::string> names;

  [[nodiscard]] protocol::session_id session() const { return protocol::session_id(names.at(0)); }
};

/// `*` is one segment, a closing `**` all that follow, at least one.
std::optional<std::vector<std::string>> match(std::string_view pattern, const std::vector<std::string>& segments) {
  std::vector<std::string> names;
  std::size_t at = 0;
  while (!pattern.empty()) {
    pattern.remove_prefix(1); // the slash
    const auto part = pattern.substr(0, pattern.find('/'));
    pattern.remove_prefix(part.size());
    if (part.empty() && pattern.empty())
      break; // the root
    if (at == segments.size())
      return std::nullopt;
    if (part == "**") {
      std::string rest = segments[at++];
      while (at < segments.size())
        rest += '/' + segments[at++];
      names.push_back(std::move(rest));
    } else if (part == "*") {
      names.push_back(segments[at++]);
    } else if (part != segments[at++]) {
      return std::nullopt;
    }
  }
  return at == segments.size() ? std::optional(std::move(names)) : std::nullopt;
}

/// Where the tamper-evident log of a session stands (SPEC 23.1.3).
std::optional<protocol::chain_head> log_of(const protocol::session& facts) {
  return facts.policy().security_profile == protocol::security_profile::verified
             ? std::optional(security::log_head(facts))
             : std::nullopt;
}

/// A snapshot without what is to stay here, and which members those are: nobody should make a session of it.
std::string without(const redactions& left_out, std::string_view snapshot) {
  auto text = protocol::redacted_everywhere(snapshot, left_out);
  text.pop_back();
  text += ",\"redacted\":[";
  for (std::size_t i = 0; i < left_out.size(); ++i)
    text.append(i == 0 ? "\"" : ",\"").append(left_out[i]).append(1, '"');
  return text.append("]}");
}

net::http_answer no_such_session(std::string_view id) {
  return net::http_error(404, "no_such_session", "there is no session '" + std::string(id) + "'");
}

admin_desk::otherwise apology(const replier& to, const protocol::session_id& id) {
  return [to, id](no_answer why) {
    switch (why) {
    case no_answer::no_such_session:
      return to->send(no_such_session(id.str()));
    case no_answer::busy:
      return to->send(net::http_error(503, "busy", "too many transcripts are under way; try again"));
    case no_answer::unavailable:
      to->send(net::http_error(503, "unavailable", "the session could not be asked; try again"));
    }
  };
}

std::optional<std::size_t> page_size(const net::http_request& request) {
  const auto text = request.parameter("limit");
  if (!text)
    return default_page;
  std::size_t limit = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), limit);
  const bool fits = error == std::errc{} && end == text->data() + text->size() && limit >= 1 && limit <= longest_page;
  return fits ? std::optional(limit) : std::nullopt;
}

/// An operator is told what is kept, as everybody is.
std::function<void()> when_kept(const replier& to, net::http_answer answer) {
  return [to, answer = std::move(answer)]() mutable { to->send(std::move(answer)); };
}

/// `20261129T191500Z`
std::string compact(base::instant when) {
  std::string name;
  for (const char each : base::to_rfc3339(when).substr(0, 19))
    if (each != '-' && each != ':')
      name += each;
  return name + 'Z';
}

} // namespace

struct admin_api::impl {
  impl(caf::actor_system& system, admin_surroundings around)
      : desk(std::make_shared<admin_desk>(
            system, around.registry, around.journal,
            transcript_terms{
                {}, {}, around.data_dir / "scratch", {}, around.export_failed, around.witness, around.left_out})),
        around(std::move(around)) {}

  void alive(const call& c) { c.answer->send(answer_json(200, R"({"status":"ok"})")); }

  void ready(const call& c) {
    const auto checks = around.readiness ? around.readiness() : std::vector<readiness_check>{};
    c.answer->send(answer_ready(checks, c.request.parameter("verbose").has_value()));
  }

  void figures(const call& c) {
    net::http_answer answer;
    answer.content_type = "text/plain; version=0.0.4; charset=utf-8";
    answer.body = around.figures->text();
    c.answer->send(std::move(answer));
  }

  void list(const call& c) {
    const auto limit = page_size(c.request);
    if (!limit)
      return c.answer->send(net::http_error(400, "invalid_parameter",
                                            "limit must be a number from 1 to " + std::to_string(longest_page)));
    const protocol::session_id after(c.request.parameter("after").value_or(""));
    desk->list(
        after, *limit + 1,
        [to = c.answer, limit](std::vector<listed_session> rows) { to->send(answer_list(std::move(rows), *limit)); },
        apology(c.answer, after));
  }

  void create(const call& c) {
    auto wanted = config::read_session_request(*around.catalog->base_policy(), c.request.body);
    if (!wanted)
      return c.answer->send(answer_problems(wanted.error()));
    const protocol::session_id id(wanted->session_id);
    const auto exists = [id] {
      return net::http_error(409, "session_exists", "there is a session '" + id.str() + "' already");
    };
    const auto policy =
        around.catalog->of_today(std::make_shared<const protocol::session_policy>(std::move(wanted->policy)));
    if (protocol::is_mute(*policy))
      return c.answer->send(net::http_error(422, "cannot_sign",
                                            "security_profile: \"verified\" needs "
                                            "coordinator.key_file in the hub's configuration"));
    if (!around.catalog->reserve(id, policy))
      return c.answer->send(exists());
    const auto answer = [to = c.answer, id, exists, policy, catalog = around.catalog](actors::creation how) {
      if (how == actors::creation::made) {
        auto made = answer_made({protocol::session_figures{.session = id}, true}, protocol::doubts(*policy));
        made.headers.emplace_back("Location", "/api/v1/sessions/" + id.str());
        return to->send(std::move(made));
      }
      catalog->release(id, policy);
      switch (how) {
      case actors::creation::exists:
        return to->send(exists());
      case actors::creation::not_kept:
        return to->send(net::http_error(503, "store_fails", "the store takes nothing at the moment; try again"));
      default:
        to->send(net::http_error(503, "full", "the hub has as many sessions as limits.sessions allows"));
      }
    };
    desk->create(id, policy, answer,
                 [sorry = apology(c.answer, id), id, policy, catalog = around.catalog](no_answer why) {
                   catalog->release(id, policy);
                   sorry(why);
                 });
  }

  /// Answers with what `body` makes of the session's facts.
  template <class Body>
  void tell(const call& c, Body body) {
    desk->visit(
        c.session(), [to = c.answer, body](const protocol::session& facts) { return when_kept(to, body(facts)); },
        apology(c.answer, c.session()));
  }

  void summary(const call& c) {
    tell(c, [](const protocol::session& facts) {
      return answer_json(200, protocol::to_json(protocol::rules::overview_of(facts, base::now())));
    });
  }

  /// The same of what participants have said or written: who read it is noted.
  template <class Body>
  void show(const call& c, given what, Body body) {
    tell(c, [body, what, id = c.session(), peer = c.request.peer,
             note = around.was_given](const protocol::session& facts) {
      auto answer = body(facts);
      if (note && answer.status == 200)
        note(id, what, peer);
      return answer;
    });
  }

  void snapshot(const call& c) {
    const auto whole = c.request.parameter("whole");
    if (whole && whole != "true" && whole != "false")
      return c.answer->send(net::http_error(400, "invalid_parameter", "whole must be true or false"));
    if (whole == "true")
      return show(c, given::whole_snapshot,
                  [](const protocol::session& facts) { return answer_json(200, snapshot_json(facts, base::now())); });
    const auto left_out = around.left_out ? around.left_out() : redactions{};
    show(c, given::snapshot, [left_out](const protocol::session& facts) {
      auto text = snapshot_json(facts, base::now());
      return answer_json(200, left_out.empty() ? std::move(text) : without(left_out, text));
    });
  }

  void files(const call& c) {
    show(c, given::file_list, [](const protocol::session& facts) { return answer_files(facts.files()); });
  }

  void file(const call& c) {
    show(c, given::file,
         [path = c.names.at(1)](const protocol::session& facts) { return answer_file(facts.files(), path); });
  }

  void transcript(const call& c) {
    const auto id = c.session();
    const auto sorry = [told = apology(c.answer, id), note = around.was_busy, peer = c.request.peer](no_answer why) {
      if (why == no_answer::busy && note)
        note(peer);
      told(why);
    };
    const auto look = [desk = desk, to = c.answer, id, sorry, note = around.was_given,
                       peer = c.request.peer](const protocol::session& facts) -> std::function<void()> {
      if (!facts.policy().lifecycle.transcript_export)
        return when_kept(to, net::http_error(403, "transcript_export_off",
                                             "lifecycle.transcript_export is off in this session's policy"));
      // The messages are those that led to this very snapshot.
      const auto now = base::now();
      return [desk, to, sorry, id, note, peer,
              what = transcript_frame{id, protocol::transcript_head(facts, now), snapshot_json(facts, now),
                                      facts.sequence(), log_of(facts)}] {
        desk->transcript(
            what,
            [to, id, note, peer](net::piece_source pieces) {
              if (note)
                note(id, given::transcript, peer);
              to->stream({}, std::move(pieces));
            },
            sorry);
      };
    };
    desk->visit(id, look, sorry);
  }

  void close(const call& c) {
    using protocol::close_disposition;
    const auto wanted = c.request.parameter("intents");
    const auto intents = wanted ? protocol::from_word<close_disposition>(*wanted) : close_disposition::withdraw_all;
    if (!intents)
      return c.answer->send(
          net::http_error(400, "invalid_parameter", "intents must be withdraw_all or expire_all (SPEC 14.5)"));
    desk->close(
        c.session(), *intents,
        [to = c.answer](const protocol::session& facts) {
          return when_kept(to, answer_row(200, {protocol::figures_of(facts), true}));
        },
        apology(c.answer, c.session()));
  }

  void settle_claim(const call& c) {
    const protocol::claim_id claim(c.names.at(1));
    auto wanted = read_claim_request(claim, c.request.body);
    if (!wanted)
      return c.answer->send(answer_problems(wanted.error()));
    const auto by = wanted->by;
    desk->settle_claim(
        c.session(), std::move(wanted->said), by,
        [to = c.answer, claim, by](const protocol::session& facts, const std::optional<protocol::refusal>& refused) {
          const auto* who = by ? facts.people().find(*by) : nullptr;
          if (refused && by && (!who || who->departed))
            return when_kept(to, net::http_error(422, "invalid_request", "by: " + refused->description));
          const auto* decided = facts.past_claims().find(claim);
          return when_kept(to, refused || !decided
                                   ? answer_unsettled(refused.value_or(protocol::refusal{}), decided != nullptr)
                                   : answer_claim(*decided));
        },
        apology(c.answer, c.session()));
  }

  void back_up(const call& c) {
    if (!around.is_durable)
      return c.answer->send(
          net::http_error(409, "nothing_to_back_up", "store.engine is \"memory\": there is nothing on disk to copy"));
    const auto folder = std::filesystem::absolute(around.data_dir) / "backups" / compact(base::now());
    if (std::filesystem::exists(folder))
      return c.answer->send(net::http_error(409, "backup_exists", "there is one of this very second; try again"));
    desk->back_up(folder, [to = c.answer, folder, note = around.was_copied,
                           peer = c.request.peer](const base::result<std::uint64_t, store::fault>& bytes) {
      if (bytes && note)
        note(folder, peer);
      to->send(bytes ? answer_backup(folder, *bytes) : net::http_error(503, "backup_failed", bytes.error().what));
    });
  }

  void handle(call c) {
    struct route {
      std::string_view method;
      std::string_view pattern;
      void (impl::*handle)(const call&);
    };
    static constexpr std::array routes{
        route{"GET", "/livez", &impl::alive},
        route{"GET", "/healthz", &impl::alive},
        route{"GET", "/readyz", &impl::ready},
        route{"GET", "/metrics", &impl::figures},
        route{"POST", "/api/v1/backups", &impl::back_up},
        route{"GET", "/api/v1/sessions", &impl::list},
        route{"POST", "/api/v1/sessions", &impl::create},
        route{"GET", "/api/v1/sessions/*", &impl::summary},
        route{"DELETE", "/api/v1/sessions/*", &impl::close},
        route{"GET", "/api/v1/sessions/*/snapshot", &impl::snapshot},
        route{"POST", "/api/v1/sessions/*/claims/*", &impl::settle_claim},
        route{"GET", "/api/v1/sessions/*/transcript", &impl::transcript},
        route{"GET", "/api/v1/sessions/*/files", &impl::files},
        route{"GET", "/api/v1/sessions/*/files/**", &impl::file},
    };
    std::string allowed;
    for (const auto& each : routes) {
      auto names = match(each.pattern, c.request.target.segments);
      if (!names)
        continue;
      if (each.method == c.request.method) {
        c.names = *std::move(names);
        return (this->*each.handle)(c);
      }
      allowed += (allowed.empty() ? "" : ", ") + std::string(each.method) + (each.method == "GET" ? ", HEAD" : "");
    }
    if (allowed.empty())
      return c.answer->send(net::http_error(404, "not_found", "there is nothing at " + c.request.target.path));
    auto refused = net::http_error(405, "method_not_allowed", c.request.method + " is not possible here");
    refused.headers.emplace_back("Allow", allowed);
    c.answer->send(std::move(refused));
  }

  // What is under way holds the desk: it may outlast the API.
  std::shared_ptr<admin_desk> desk;
  admin_surroundings around;
};

admin_api::admin_api(caf::actor_system& system, admin_surroundings around)
    : impl_(std::make_unique<impl>(system, std::move(around))) {}

admin_api::~admin_api() = default;

void admin_api::handle(net::http_request request, std::shared_ptr<net::reply> answer) {
  impl_->handle({std::move(request), std::move(answer), {}});
}

} // namespace mpac::cluster
