#include "tools/mpac/conform/scene.hpp"

#include <algorithm>
#include <cmath>

namespace mpac::tools::conform {

base::result<net::web_url, std::string> session_url(std::string url, std::string_view session) {
  if (const auto at = url.find(session_mark); at != url.npos)
    url.replace(at, session_mark.size(), session);
  auto read = net::read_web_url(url, net::web_schemes::websocket);
  if (read && read->target == "/" && !url.ends_with('/'))
    read->target = "/session/" + std::string(session);
  return read;
}

scene::scene(const run_terms& terms, record& kept_in, std::string_view check)
    : terms_(terms), record_(kept_in), check_(check),
      session_(terms.session.empty() ? fresh_name("conform") : terms.session) {}

visitor& scene::connect(std::string principal) {
  const auto url = session_url(terms_.url, session_);
  if (!url)
    throw surprise("the URL " + url.error());
  auto over = open_socket(road_, {*url, terms_.ca_file}, std::chrono::steady_clock::now() + terms_.how_long.answer);
  if (!over)
    throw surprise(over.error());
  record_.principals.insert(principal);
  auto& kept = record_.conversations.emplace_back(conversation{session_, principal, check_, {}, {}});
  return people_.emplace_back(road_, *std::move(over), kept, terms_.how_long, std::move(principal));
}

visitor& scene::arrive(std::string_view name) {
  return connect(fresh_name("agent:" + std::string(name)));
}

visitor& scene::return_as(std::string_view principal) {
  return connect(std::string(principal));
}

visitor& scene::join(std::string_view name, std::initializer_list<std::string_view> roles) {
  auto& person = arrive(name);
  person.hello(roles);
  const auto& welcome = person.hears("SESSION_INFO");
  if (const auto* payload = find(welcome.body, "payload"))
    info_ = *payload;
  const auto* granted = find(info_, "granted_roles");
  for (const auto role : roles) {
    const bool is_granted = !granted || !granted->is_array() ||
                            std::any_of(granted->get_array().begin(), granted->get_array().end(),
                                        [&](const json::value& each) { return each == json::value(role); });
    if (!is_granted)
      throw not_applicable("the role " + std::string(role) + " was not granted: " + json::serialize(*granted));
  }
  return person;
}

void scene::settle() {
  for (int round = 0; round < 2; ++round)
    for (auto& each : people_)
      each.settle();
}

void scene::only_if(bool applies, const std::string& otherwise) const {
  if (!applies)
    throw not_applicable(otherwise);
}

std::chrono::milliseconds scene::span(std::string_view path, std::chrono::milliseconds otherwise) const {
  const auto* found = find(info_, path);
  if (!found || !found->is_number())
    return otherwise;
  const auto seconds = found->to_number<double>();
  return std::isfinite(seconds) && seconds >= 0 && seconds < 1e9
             ? std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000))
             : otherwise;
}

std::chrono::milliseconds scene::worth_waiting(std::chrono::milliseconds span) const {
  if (span > terms_.longest_wait)
    throw not_applicable("it takes " + std::to_string((span.count() + 999) / 1000) +
                         " s by the session's policy, longer than is waited here (--longest-wait)");
  return span;
}

void scene::let_pass(std::chrono::milliseconds span) {
  road_.wait_until([] { return false; }, std::chrono::steady_clock::now() + span);
}

scene::dispute scene::make_dispute(visitor& a, visitor& b) {
  dispute made{{}, fresh_name("intent-a"), fresh_name("intent-b"), fresh_name("conform/file"), nullptr};
  const auto apart = fresh_name("conform/file");
  a.announce(made.intent_a, {made.resource});
  b.announce(made.intent_b, {apart});
  settle();
  b.say("INTENT_UPDATE", {{"intent_id", made.intent_b}, {"scope", file_set({apart, made.resource})}});
  settle();
  if (const auto* report = b.has_heard("CONFLICT_REPORT")) {
    made.report = report;
    made.conflict = text_at(report->body, "payload.conflict_id");
    return made;
  }
  made.conflict = fresh_name("conflict");
  auto envelope =
      a.envelope("CONFLICT_REPORT", {{"conflict_id", made.conflict},
                                     {"related_intents", {made.intent_a, made.intent_b}},
                                     {"related_ops", json::array{}},
                                     {"principal_a", a.principal()},
                                     {"principal_b", b.principal()},
                                     {"intent_a", made.intent_a},
                                     {"intent_b", made.intent_b},
                                     {"category", "semantic_goal_conflict"},
                                     {"severity", "medium"},
                                     {"basis", {{"kind", "human_report"}}},
                                     {"based_on_watermark", {{"kind", "lamport_clock"}, {"value", a.lamport()}}},
                                     {"description", "both want it otherwise"}});
  const auto id = a.send(envelope);
  settle();
  if (const auto* refused = a.has_heard("PROTOCOL_ERROR", {{"refers_to", id}}))
    throw not_applicable("there is no conflict to try it on: the coordinator reports none, and refuses a report: " +
                         brief(*refused));
  return made;
}

} // namespace mpac::tools::conform
