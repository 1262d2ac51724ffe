#include "client/agent/model.hpp"

#include <array>

namespace mpac::client::agent {

usage& usage::operator+=(const usage& more) noexcept {
  requests += more.requests;
  input += more.input;
  output += more.output;
  cache_written += more.cache_written;
  cache_read += more.cache_read;
  return *this;
}

std::string_view to_string(trouble why) noexcept {
  constexpr std::array<std::string_view, 15> names{
      "the model can't be reached", "the answer broke off",         "no answer in time",
      "the key is not accepted",    "the key may not do this",      "the account has no means left",
      "no such model or address",   "the question is not accepted", "the question is too large",
      "too many questions",         "the provider is overloaded",   "the provider failed",
      "the answer was cut short",   "the model declines to answer", "the answer can't be read"};
  return names[static_cast<std::size_t>(why)];
}

std::string describe(const model_error& failed) {
  std::string text(to_string(failed.why));
  if (!failed.type.empty() || failed.status) {
    text += " (" + failed.type;
    if (failed.status)
      text += (failed.type.empty() ? "HTTP " : ", HTTP ") + std::to_string(*failed.status);
    text += ")";
  }
  if (!failed.what.empty())
    text += ": " + failed.what;
  if (failed.attempts > 1)
    text += " (tried " + std::to_string(failed.attempts) + " times)";
  if (!failed.request_id.empty())
    text += " [request " + failed.request_id + "]";
  return text;
}

} // namespace mpac::client::agent
