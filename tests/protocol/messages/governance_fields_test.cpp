#include "tests/protocol/wire/field_checks.hpp"

// Generated from the field tables: each field is taken away, made null, and given each wrong type and value.

namespace mpac::tests {

TEST_CASE("every field of RESOLUTION is demanded and checked as its table says",
          "[13.1-01][13.1-02][13.1.RESOLUTION-01][13.1.RESOLUTION-02][13.1.RESOLUTION-03][13.1.RESOLUTION-04]"
          "[13.1.RESOLUTION-05][13.1.RESOLUTION-06][13.1.RESOLUTION-07][13.1.RESOLUTION-08][13.1.RESOLUTION-09]") {
  check_fields<resolution>();
}

TEST_CASE("every field of PROTOCOL_ERROR is demanded and checked as its table says",
          "[13.1-01][13.1-02][13.1.PROTOCOL_ERROR-01][13.1.PROTOCOL_ERROR-02][13.1.PROTOCOL_ERROR-03]") {
  check_fields<protocol_error>();
}

} // namespace mpac::tests
