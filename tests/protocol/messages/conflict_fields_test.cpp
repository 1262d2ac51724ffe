#include "tests/protocol/wire/field_checks.hpp"

// Generated from the field tables: each field is taken away, made null, and given each wrong type and value.

namespace mpac::tests {

TEST_CASE("every field of CONFLICT_REPORT is demanded and checked as its table says",
          "[13.1-01][13.1-02][13.1.CONFLICT_REPORT-01][13.1.CONFLICT_REPORT-02][13.1.CONFLICT_REPORT-03]"
          "[13.1.CONFLICT_REPORT-04][13.1.CONFLICT_REPORT-05][13.1.CONFLICT_REPORT-06][13.1.CONFLICT_REPORT-07]"
          "[13.1.CONFLICT_REPORT-08][13.1.CONFLICT_REPORT-09][13.1.CONFLICT_REPORT-10][13.1.Basis-01]"
          "[13.1.Basis-02][13.1.Basis-03][13.1.Basis-04][13.1.Basis-05][13.1.Basis-06][13.1.Basis-07]") {
  check_fields<conflict_report>();
}

TEST_CASE("every field of CONFLICT_ACK is demanded and checked as its table says",
          "[13.1-01][13.1-02][13.1.CONFLICT_ACK-01][13.1.CONFLICT_ACK-02]") {
  check_fields<conflict_ack>();
}

TEST_CASE("every field of CONFLICT_ESCALATE is demanded and checked as its table says",
          "[13.1-01][13.1-02][13.1.CONFLICT_ESCALATE-01][13.1.CONFLICT_ESCALATE-02][13.1.CONFLICT_ESCALATE-03]"
          "[13.1.CONFLICT_ESCALATE-04]") {
  check_fields<conflict_escalate>();
}

} // namespace mpac::tests
