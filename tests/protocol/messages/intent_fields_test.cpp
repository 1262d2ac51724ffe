#include "tests/protocol/wire/field_checks.hpp"

// Generated from the field tables: each field is taken away, made null, and given each wrong type and value.

namespace mpac::tests {

TEST_CASE("every field of INTENT_ANNOUNCE is demanded and checked as its table says",
          "[13.1-01][13.1-02][13.1.INTENT_ANNOUNCE-01][13.1.INTENT_ANNOUNCE-02][13.1.INTENT_ANNOUNCE-03]"
          "[13.1.INTENT_ANNOUNCE-04][13.1.INTENT_ANNOUNCE-05][13.1.INTENT_ANNOUNCE-06][13.1.INTENT_ANNOUNCE-07]"
          "[13.1.INTENT_ANNOUNCE-08][13.1.Scope-01][13.1.Scope-02][13.1.Scope-03][13.1.Scope-04][13.1.Scope-05]"
          "[13.1.Scope-06][13.1.Scope-07][13.1.Scope-08][13.1.Scope-09]") {
  check_fields<intent_announce>();
}

TEST_CASE("every field of INTENT_UPDATE is demanded and checked as its table says",
          "[13.1-01][13.1-02][13.1.INTENT_UPDATE-01][13.1.INTENT_UPDATE-02][13.1.INTENT_UPDATE-03]"
          "[13.1.INTENT_UPDATE-04][13.1.INTENT_UPDATE-05][13.1.INTENT_UPDATE-06]") {
  check_fields<intent_update>();
}

TEST_CASE("every field of INTENT_WITHDRAW is demanded and checked as its table says",
          "[13.1-01][13.1-02][13.1.INTENT_WITHDRAW-01][13.1.INTENT_WITHDRAW-02]") {
  check_fields<intent_withdraw>();
}

TEST_CASE("every field of INTENT_DEFERRED is demanded and checked as its table says",
          "[13.1-01][13.1-02][13.1.INTENT_DEFERRED-01][13.1.INTENT_DEFERRED-03]"
          "[13.1.INTENT_DEFERRED-04][13.1.INTENT_DEFERRED-05][13.1.INTENT_DEFERRED-06][13.1.INTENT_DEFERRED-07]"
          "[13.1.INTENT_DEFERRED-09][13.1.INTENT_DEFERRED-10][13.1.INTENT_DEFERRED-11]"
          "[13.1.INTENT_DEFERRED-12]") {
  check_fields<intent_deferred>({"payload.principal_id"});
}

TEST_CASE("every field of INTENT_CLAIM is demanded and checked as its table says",
          "[13.1-01][13.1-02][13.1.INTENT_CLAIM-01][13.1.INTENT_CLAIM-02][13.1.INTENT_CLAIM-03]"
          "[13.1.INTENT_CLAIM-04][13.1.INTENT_CLAIM-05][13.1.INTENT_CLAIM-07]") {
  check_fields<intent_claim>();
}

TEST_CASE("every field of INTENT_CLAIM_STATUS is demanded and checked as its table says",
          "[13.1-01][13.1-02][13.1.INTENT_CLAIM_STATUS-01][13.1.INTENT_CLAIM_STATUS-02]"
          "[13.1.INTENT_CLAIM_STATUS-03][13.1.INTENT_CLAIM_STATUS-04][13.1.INTENT_CLAIM_STATUS-05]") {
  check_fields<intent_claim_status>({"payload.new_intent_id"});
}

} // namespace mpac::tests
