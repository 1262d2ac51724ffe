// The field tables of the governance layer and of errors (SPEC 13.1, 18.4, 22.1).
#pragma once

#include "protocol/messages/field.hpp"
#include "protocol/messages/governance_messages.hpp"

namespace mpac::protocol {

template <>
struct fields<outcome> {
  static constexpr std::string_view schema = "outcome";
  static constexpr auto table = std::tuple{
      optional("accepted", &outcome::accepted),
      optional("rejected", &outcome::rejected),
      optional("merged", &outcome::merged),
      optional("rollback", &outcome::rollback),
  };
};

template <>
struct fields<resolution> {
  static constexpr bool rests_on_watermark = true; // SPEC 18.7
  static constexpr auto table = std::tuple{
      expected("resolution_id", &resolution::resolution_id), required("conflict_id", &resolution::conflict_id),
      required("decision", &resolution::decision),           optional("outcome", &resolution::outcome),
      expected("rationale", &resolution::rationale),
  };
};

template <>
struct fields<protocol_error> {
  static constexpr auto table = std::tuple{
      required("error_code", &protocol_error::error_code),
      optional("refers_to", &protocol_error::refers_to),
      required("description", &protocol_error::description),
      optional("extensions", &protocol_error::extensions, {.shape = json_shape::object}),
  };
};

} // namespace mpac::protocol
