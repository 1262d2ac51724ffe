#include "net/admin_desk.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace mpac::net {
namespace {

bool is_bearer(std::string_view authorization, std::string_view token) {
  constexpr std::string_view scheme = "bearer ";
  const auto in_small_letters = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::ranges::equal(authorization.substr(0, scheme.size()), scheme, {}, in_small_letters) &&
         equal_secrets(authorization.substr(scheme.size()), token);
}

} // namespace

void admin_desk::change_tls(std::shared_ptr<const tls_context> tls) {
  const std::lock_guard lock(guard_);
  tls_ = std::move(tls);
}

std::shared_ptr<const tls_context> admin_desk::tls() const {
  const std::lock_guard lock(guard_);
  return tls_;
}

void admin_desk::change_token(std::string token) {
  const std::lock_guard lock(guard_);
  token_ = std::move(token);
}

std::string admin_desk::token() const {
  const std::lock_guard lock(guard_);
  return token_;
}

std::optional<http_answer> admin_desk::refusal_of(const shown_at_desk& shown) const {
  auto refused = judge(shown);
  if (!refused)
    return std::nullopt;
  note_refused(refused->why, shown.address);
  return std::move(refused->answer);
}

std::optional<admin_desk::refusal> admin_desk::judge(const shown_at_desk& shown) const {
  if (!is_of_own_site(shown.page))
    return refusal{admin_refused::origin, http_error(403, "FORBIDDEN_ORIGIN",
                                                     "pages of other sites may not ask here: Origin and Host differ")};
  // Whether it lives and is ready tells a page nothing, and probes ask under any name.
  if (std::ranges::find(options.probe_paths, shown.path) != options.probe_paths.end())
    return std::nullopt;
  const auto expected = token();
  // Without a token all that keeps strangers out is that they are not on this machine; a page that reaches it under a
  // name of its own (DNS rebinding) is not either.
  if (expected.empty() && shown.page.is_over_loopback && !means_this_machine(shown.page))
    return refusal{admin_refused::host, http_error(403, "FORBIDDEN_HOST",
                                                   "without admin.token_file the Host must be this machine: localhost "
                                                   "or a loopback address")};
  const auto& open = options.open_paths;
  if (expected.empty() || std::ranges::find(open, shown.path) != open.end())
    return std::nullopt;
  return judge_token(shown, expected);
}

std::optional<admin_desk::refusal> admin_desk::judge_token(const shown_at_desk& shown,
                                                           std::string_view expected) const {
  if (const auto wait = options.turned_away_for ? options.turned_away_for(shown.address) : std::nullopt) {
    auto answer = http_error(429, "TOO_MANY_ATTEMPTS", "wrong tokens came from this address; try again later");
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(*wait).count();
    answer.headers.emplace_back("Retry-After", std::to_string(std::max<std::int64_t>(seconds, 1)));
    return refusal{admin_refused::too_often, std::move(answer)};
  }
  if (shown.authorization && is_bearer(*shown.authorization, expected))
    return std::nullopt;
  auto answer = http_error(401, "UNAUTHORIZED", "this needs the header Authorization: Bearer <token>");
  answer.headers.emplace_back("WWW-Authenticate", "Bearer");
  return refusal{shown.authorization ? admin_refused::wrong_token : admin_refused::no_token, std::move(answer)};
}

bool equal_secrets(std::string_view given, std::string_view expected) {
  // Walks over what was given, whose length its sender knows anyway.
  unsigned difference = given.size() == expected.size() ? 0 : 1;
  for (std::size_t i = 0; i < given.size(); ++i)
    difference |= static_cast<unsigned char>(given[i]) ^
                  static_cast<unsigned char>(expected.empty() ? '\0' : expected[i % expected.size()]);
  return difference == 0;
}

} // namespace mpac::net
