#include "tests/protocol/wire/field_checks.hpp"

// Generated from the field tables: each field is taken away, made null, and given each wrong type and value.

namespace mpac::tests {

TEST_CASE("every field of HELLO is demanded and checked as its table says",
          "[13.1-01][13.1-02][13.1.HELLO-01][13.1.HELLO-02][13.1.HELLO-03][13.1.HELLO-04]"
          "[13.1.HELLO-06][13.1.Credential-01][13.1.Credential-02][13.1.Credential-03][13.1.Credential-04]") {
  check_fields<hello>();
}

TEST_CASE("every field of SESSION_INFO is demanded and checked as its table says",
          "[13.1-01][13.1-02][13.1.SESSION_INFO-01][13.1.SESSION_INFO-02][13.1.SESSION_INFO-03]"
          "[13.1.SESSION_INFO-04][13.1.SESSION_INFO-05][13.1.SESSION_INFO-06][13.1.SESSION_INFO-07]"
          "[13.1.SESSION_INFO-08][13.1.SESSION_INFO-09][13.1.SESSION_INFO-10][13.1.SESSION_INFO-11]"
          "[13.1.SESSION_INFO-12][13.1.SESSION_INFO-13][13.1.SESSION_INFO-14][13.1.SESSION_INFO-15]") {
  check_fields<session_info>();
}

TEST_CASE("every field of HEARTBEAT is demanded and checked as its table says",
          "[13.1-01][13.1-02][13.1.HEARTBEAT-01][13.1.HEARTBEAT-02][13.1.HEARTBEAT-03][13.1.HEARTBEAT-04]"
          "[13.1.HEARTBEAT-05][13.1.HEARTBEAT-06][13.1.HEARTBEAT-07][13.1.HEARTBEAT-08][13.1.HEARTBEAT-09]"
          "[13.1.HEARTBEAT-10][13.1.HEARTBEAT-11]") {
  check_fields<heartbeat>();
}

TEST_CASE("every field of GOODBYE is demanded and checked as its table says",
          "[13.1-01][13.1-02][13.1.GOODBYE-01][13.1.GOODBYE-02][13.1.GOODBYE-03]") {
  check_fields<goodbye>();
}

TEST_CASE("every field of SESSION_CLOSE is demanded and checked as its table says",
          "[13.1-01][13.1-02][13.1.SESSION_CLOSE-01][13.1.SESSION_CLOSE-02][13.1.SESSION_CLOSE-03]"
          "[13.1.SESSION_CLOSE-04][13.1.SESSION_CLOSE-05]") {
  check_fields<session_close>();
}

TEST_CASE("every field of COORDINATOR_STATUS is demanded and checked as its table says",
          "[13.1-01][13.1-02][13.1.COORDINATOR_STATUS-01][13.1.COORDINATOR_STATUS-02]"
          "[13.1.COORDINATOR_STATUS-03][13.1.COORDINATOR_STATUS-04][13.1.COORDINATOR_STATUS-05]"
          "[13.1.COORDINATOR_STATUS-06][13.1.COORDINATOR_STATUS-07][13.1.COORDINATOR_STATUS-08]"
          "[13.1.COORDINATOR_STATUS-09][13.1.COORDINATOR_STATUS-10][13.1.COORDINATOR_STATUS-11]"
          "[13.1.COORDINATOR_STATUS-12][13.1.COORDINATOR_STATUS-13]") {
  check_fields<coordinator_status>();
}

} // namespace mpac::tests
