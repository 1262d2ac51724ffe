// What a request says of its page, as Beast has read it. For sources that know Beast anyway.
#pragma once

#include "net/browser_pages.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/http/fields.hpp>

namespace mpac::net {

/// The field's value, which lives as long as the request; nothing when there is no such field.
inline std::optional<std::string_view> field_of(const boost::beast::http::fields& of, boost::beast::http::field name) {
  const auto found = of.find(name);
  if (found == of.end())
    return std::nullopt;
  return std::string_view(found->value().data(), found->value().size());
}

/// Whether a connection has not left this machine.
inline bool is_over_loopback(const boost::asio::ip::tcp::socket& by) {
  boost::system::error_code unknown; // it may be gone
  const auto here = by.local_endpoint(unknown).address();
  if (here.is_v6() && here.to_v6().is_v4_mapped())
    return boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, here.to_v6()).is_loopback();
  return here.is_loopback();
}

inline page_fields page_fields_of(const boost::beast::http::fields& of, bool is_encrypted, bool is_over_loopback) {
  using boost::beast::http::field;
  return {field_of(of, field::origin), field_of(of, field::host), is_encrypted, is_over_loopback};
}

} // namespace mpac::net
