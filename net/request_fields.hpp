// What a request says of its page, as Beast has read it. For sources that know Beast anyway.
#pragma once

#include "net/browser_pages.hpp"

#include <boost/beast/http/fields.hpp>

namespace mpac::net {

/// The field's value, which lives as long as the request; nothing when there is no such field.
inline std::optional<std::string_view> field_of(const boost::beast::http::fields& of, boost::beast::http::field name) {
  const auto found = of.find(name);
  if (found == of.end())
    return std::nullopt;
  return std::string_view(found->value().data(), found->value().size());
}

inline page_fields page_fields_of(const boost::beast::http::fields& of, bool is_encrypted) {
  using boost::beast::http::field;
  return {field_of(of, field::origin), field_of(of, field::host), is_encrypted};
}

} // namespace mpac::net
