#include "tests/protocol/wire/field_checks.hpp"

// Generated from the field tables: each field is taken away, made null, and given each wrong type and value.

namespace mpac::tests {

TEST_CASE("every field of OP_PROPOSE is demanded and checked as its table says",
          "[13.1-01][13.1-02][13.1.OP_PROPOSE-01][13.1.OP_PROPOSE-02][13.1.OP_PROPOSE-03][13.1.OP_PROPOSE-04]"
          "[13.1.OP_PROPOSE-05][13.1.OP_PROPOSE-06]") {
  check_fields<op_propose>();
}

TEST_CASE("every field of OP_COMMIT is demanded and checked as its table says",
          "[13.1-01][13.1-02][13.1.OP_COMMIT-01][13.1.OP_COMMIT-02][13.1.OP_COMMIT-03][13.1.OP_COMMIT-04]"
          "[13.1.OP_COMMIT-05][13.1.OP_COMMIT-06][13.1.OP_COMMIT-07][13.1.OP_COMMIT-08][16.3-01]") {
  check_fields<op_commit>();
}

TEST_CASE("every field of OP_BATCH_COMMIT is demanded and checked as its table says",
          "[13.1-01][13.1-02][13.1.OP_BATCH_COMMIT-01][13.1.OP_BATCH_COMMIT-02][13.1.OP_BATCH_COMMIT-03]"
          "[13.1.OP_BATCH_COMMIT-04][13.1.OP_BATCH_COMMIT-05][13.1.OP_BATCH_COMMIT-06][13.1.OP_BATCH_COMMIT-07]"
          "[13.1.OP_BATCH_COMMIT-08][13.1.OP_BATCH_COMMIT-09][13.1.OP_BATCH_COMMIT-10][13.1.OP_BATCH_COMMIT-11]") {
  check_fields<op_batch_commit>();
}

TEST_CASE("every field of OP_REJECT is demanded and checked as its table says",
          "[13.1-01][13.1-02][13.1.OP_REJECT-01][13.1.OP_REJECT-02]") {
  check_fields<op_reject>();
}

TEST_CASE("every field of OP_SUPERSEDE is demanded and checked as its table says",
          "[13.1-01][13.1-02][13.1.OP_SUPERSEDE-01][13.1.OP_SUPERSEDE-02][13.1.OP_SUPERSEDE-03]"
          "[13.1.OP_SUPERSEDE-04][13.1.OP_SUPERSEDE-05]") {
  check_fields<op_supersede>();
}

} // namespace mpac::tests
