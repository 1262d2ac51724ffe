#include "net/deflate_terms.hpp"

#include <boost/beast/core/string.hpp>
#include <boost/beast/http/rfc7230.hpp>

#include <algorithm>
#include <charconv>

namespace mpac::net {

namespace {

namespace beast = boost::beast;

/// A window size as a parameter gives it; the compressor cannot do the smallest, 8.
std::optional<int> window_bits(beast::string_view text, int smallest) {
  int bits = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), bits);
  if (error != std::errc{} || end != text.data() + text.size() || bits < smallest || bits > 15)
    return std::nullopt;
  return bits;
}

std::optional<deflate_terms> agree_on(const beast::http::param_list& offer) {
  deflate_terms terms;
  for (const auto& [name, value] : offer) {
    if (beast::iequals(name, "server_no_context_takeover") || beast::iequals(name, "client_no_context_takeover")) {
      if (!value.empty())
        return std::nullopt;
    } else if (beast::iequals(name, "client_max_window_bits")) {
      if (!value.empty() && !window_bits(value, 8))
        return std::nullopt;
    } else if (beast::iequals(name, "server_max_window_bits")) {
      const auto bits = window_bits(value, 9);
      if (!bits)
        return std::nullopt;
      terms.server_window_bits = *bits;
      terms.window_was_asked_for = true;
    } else {
      return std::nullopt;
    }
  }
  return terms;
}

} // namespace

std::optional<deflate_terms> agree_on_deflate(std::string_view offers) {
  // One offer at a time: in a list of several, Beast 1.81 gives one without parameters those of the one before.
  while (!offers.empty()) {
    const auto end = std::min(offers.find(','), offers.size());
    for (const auto& [name, parameters] : beast::http::ext_list{beast::string_view(offers.data(), end)})
      if (beast::iequals(name, "permessage-deflate"))
        if (const auto terms = agree_on(parameters))
          return terms;
    offers.remove_prefix(std::min(end + 1, offers.size()));
  }
  return std::nullopt;
}

std::string to_header(const deflate_terms& terms) {
  std::string header = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
  if (terms.window_was_asked_for)
    header += "; server_max_window_bits=" + std::to_string(terms.server_window_bits);
  return header;
}

} // namespace mpac::net
