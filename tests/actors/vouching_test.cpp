// Credentials are verified between the door and the session, while everything else of the connection waits
// (SPEC 23.1.4).
#include "tests/support/actor_house.hpp"
#include "tests/support/catch.hpp"

#include <caf/all.hpp>

#include <functional>
#include <stdexcept>
#include <utility>
#include <vector>

using namespace mpac;
using namespace mpac::tests;
using namespace std::chrono_literals;

namespace {

/// Takes its time: answers when it is told to.
class slow_verifier final : public security::credential_verifier {
public:
  void verify(security::credential_request asked,
              std::function<void(security::credential_verdict)> done) const override {
    waiting_.emplace_back(std::move(asked), std::move(done));
  }

  [[nodiscard]] std::size_t asked() const { return waiting_.size(); }
  [[nodiscard]] const security::credential_request& last() const { return waiting_.back().first; }
  /// The credential's value says whom it is for; `bad` is nobody's.
  void answer(base::instant until = base::never) {
    while (!waiting_.empty())
      answer_first(until);
  }
  /// Only what was asked first; `away` can't be judged.
  void answer_first(base::instant until = base::never) {
    auto [asked, done] = std::move(waiting_.front());
    waiting_.erase(waiting_.begin());
    if (asked.credential.value == "bad") {
      done(base::fail(security::credential_refusal{"it is bad", "it is bad, says the log", false}));
    } else if (asked.credential.value == "away") {
      done(base::fail(security::credential_refusal{"nobody is there", "nobody is there, says the log", true}));
    } else {
      protocol::verified_identity who;
      who.principal_id = protocol::principal_id(asked.credential.value);
      who.method = asked.credential.type;
      who.tenant = "acme";
      who.expires_at = until;
      done(std::move(who));
    }
  }

private:
  mutable std::vector<std::pair<security::credential_request, std::function<void(security::credential_verdict)>>>
      waiting_;
};

struct counting_guard final : actors::attempt_guard {
  std::optional<base::duration> refused_for(std::string_view address, base::instant) override {
    last = address;
    return wait;
  }
  void failed(std::string_view, base::instant) override { ++failures; }

  std::optional<base::duration> wait;
  std::string last;
  int failures = 0;
};

struct counting_pace final : actors::pace_guard {
  std::optional<base::duration> wait_of(const protocol::principal_id& who, base::instant) override {
    said.push_back(who.str());
    return wait;
  }

  std::optional<base::duration> wait;
  std::vector<std::string> said; ///< by whom
};

/// Counts the places that are held, and how often one was taken.
struct counting_tenants final : actors::tenant_guard {
  struct place final : actors::tenant_place {
    explicit place(counting_tenants& in) : in(in) { ++in.held; }
    ~place() override { --in.held; }
    void take() override { ++in.taken; }
    counting_tenants& in;
  };
  std::shared_ptr<actors::tenant_place> reserve(std::string_view tenant, const protocol::session_id&) override {
    last = tenant;
    return is_full ? nullptr : std::make_shared<place>(*this);
  }

  bool is_full = false;
  std::string last;
  std::size_t held = 0, taken = 0;
};

struct guarded {
  guarded() {
    guards.credentials = verifier;
    guards.attempts = attempts;
    guards.tenants = tenants;
    opening how;
    auto policy = *protocol::default_policy();
    policy.security_profile = protocol::security_profile::authenticated;
    policy.role_policy.emplace();
    policy.role_policy->default_role = "contributor";
    how.policy = std::make_shared<const protocol::session_policy>(std::move(policy));
    house.open(how);
  }
  void connect(const std::string& who) {
    house.guarded_by(std::make_shared<const actors::safeguards>(guards));
    house.connect(who);
  }
  void come_in(const std::string& who) {
    connect(who);
    house.says(who, "HELLO credential={type: api_key, value: " + who + "}");
    answer();
    (void)house.heard(who);
  }
  void answer(base::instant until = base::never) {
    verifier->answer(until);
    house.run();
  }

  actor_house house;
  std::shared_ptr<slow_verifier> verifier = std::make_shared<slow_verifier>();
  std::shared_ptr<counting_guard> attempts = std::make_shared<counting_guard>();
  std::shared_ptr<counting_tenants> tenants = std::make_shared<counting_tenants>();
  actors::safeguards guards;
};

} // namespace

TEST_CASE("what comes behind a HELLO waits until its credential is verified", "[23.1.2-02][23.1.4-03]") {
  guarded at;
  at.connect("alice");
  at.house.says("alice", "HELLO credential={type: api_key, value: alice}");
  at.house.says("alice", "INTENT_ANNOUNCE intent_id=i1 scope=[a.py]");
  CHECK(at.house.hears_nothing("alice"));
  REQUIRE(at.verifier->asked() == 1);
  CHECK(at.verifier->last().session_id.str() == "talk");
  CHECK(at.verifier->last().principal_id.str() == "alice");
  at.answer();
  CHECK(at.house.hears("alice", "SESSION_INFO identity_verified=true"));
  CHECK(at.house.hears("alice", "INTENT_ANNOUNCE intent_id=i1"));
}

TEST_CASE("a credential that fails lets nobody in, is counted, and leaves nothing in the log", "[23.1.4-13][23.4-02]") {
  guarded at;
  at.come_in("bob");
  std::uint64_t before = 0, after = 0;
  at.house.look([&](const protocol::session& facts) { before = facts.sequence(); });
  at.connect("alice");
  at.house.says("alice", "HELLO credential={type: api_key, value: bad}");
  at.answer();
  CHECK(at.house.hears("alice", "PROTOCOL_ERROR error_code=CREDENTIAL_REJECTED"));
  at.house.says("alice", "INTENT_ANNOUNCE intent_id=i1 scope=[a.py]");
  CHECK(at.house.hears("alice", "PROTOCOL_ERROR error_code=INVALID_REFERENCE"));
  CHECK(at.attempts->failures == 1);
  CHECK(at.attempts->last == "alice.test");
  at.house.look([&](const protocol::session& facts) { after = facts.sequence(); });
  CHECK(after == before);
}

TEST_CASE("somebody else's credential is a failed attempt", "[23.1.2-04]") {
  guarded at;
  at.connect("mallory");
  at.house.says("mallory", "HELLO credential={type: api_key, value: alice}");
  at.answer();
  CHECK(at.house.hears("mallory", "PROTOCOL_ERROR error_code=CREDENTIAL_REJECTED"));
  CHECK(at.attempts->failures == 1);
}

TEST_CASE("what could not be judged admits nobody and is nobody's failure", "[23.1.4-13][23.4-02]") {
  guarded at;
  at.connect("alice");
  at.house.says("alice", "HELLO credential={type: api_key, value: away}");
  at.house.says("alice", "INTENT_ANNOUNCE intent_id=i1 scope=[a.py]");
  at.answer();
  CHECK(at.house.hears("alice", "PROTOCOL_ERROR error_code=CREDENTIAL_REJECTED"));
  CHECK(at.house.hears("alice", "PROTOCOL_ERROR error_code=INVALID_REFERENCE"));
  CHECK_FALSE(at.house.out("alice").is_admitted);
  CHECK(at.attempts->failures == 0);
  CHECK(at.tenants->held + at.tenants->taken == 0);
  at.come_in("bob");
  at.house.look([](const protocol::session& facts) { CHECK(facts.people().size() == 1); });
}

TEST_CASE("whoever is not judged within a minute is refused, and what is said of it later counts for nothing",
          "[23.1.4-13][23.4-02]") {
  guarded at;
  at.connect("alice");
  at.house.says("alice", "HELLO credential={type: api_key, value: alice}");
  at.house.wait(59s);
  CHECK(at.house.hears_nothing("alice"));
  at.house.wait(1s);
  CHECK(at.house.hears("alice", "PROTOCOL_ERROR error_code=CREDENTIAL_REJECTED"));
  CHECK(at.attempts->failures == 0); // it was the verifier's slowness
  SECTION("when nobody waits any more") {
    at.answer();
    CHECK(at.house.hears_nothing("alice"));
    CHECK_FALSE(at.house.out("alice").is_admitted);
  }
  SECTION("when something else is looked at") {
    at.house.says("alice", "HELLO credential={type: api_key, value: bad}");
    REQUIRE(at.verifier->asked() == 2);
    at.verifier->answer_first(); // yes, to what is not asked any more
    at.house.run();
    CHECK(at.house.hears_nothing("alice"));
    CHECK_FALSE(at.house.out("alice").is_admitted);
    at.answer();
    CHECK(at.house.hears("alice", "PROTOCOL_ERROR error_code=CREDENTIAL_REJECTED"));
    CHECK(at.attempts->failures == 1);
  }
  SECTION("and a new attempt is a new one") {
    at.house.says("alice", "HELLO credential={type: api_key, value: alice}");
    at.answer();
    CHECK(at.house.hears("alice", "SESSION_INFO identity_verified=true"));
    CHECK(at.tenants->taken == 1);
  }
}

TEST_CASE("each credential has its own minute", "[23.1.4-13]") {
  guarded at;
  at.connect("alice");
  at.house.says("alice", "HELLO credential={type: api_key, value: bad}");
  at.answer();
  CHECK(at.house.hears("alice", "PROTOCOL_ERROR error_code=CREDENTIAL_REJECTED"));
  at.house.wait(59s);
  at.house.says("alice", "HELLO credential={type: api_key, value: alice}");
  at.house.wait(59s); // the first one's is over
  CHECK(at.house.hears_nothing("alice"));
  at.answer();
  CHECK(at.house.hears("alice", "SESSION_INFO identity_verified=true"));
}

TEST_CASE("who has failed too often is told when to come back, and is not looked at", "[23.4-02]") {
  guarded at;
  at.attempts->wait = 5s;
  at.connect("alice");
  at.house.says("alice", "HELLO credential={type: api_key, value: alice}");
  CHECK(at.verifier->asked() == 0);
  CHECK(at.house.hears("alice", "PROTOCOL_ERROR error_code=mpac_cluster.RATE_LIMITED extensions={retry_after_sec: 5}"));
}

TEST_CASE("who has failed too often waits for the next answer, also on the same connection", "[23.4-02]") {
  guarded at;
  at.attempts->wait = 5s;
  at.connect("alice");
  at.house.says("alice", "HELLO credential={type: api_key, value: bad}");
  CHECK(at.house.hears("alice", "PROTOCOL_ERROR error_code=mpac_cluster.RATE_LIMITED"));
  at.house.says("alice", "HELLO credential={type: api_key, value: bad}");
  CHECK(at.house.hears_nothing("alice"));
  at.house.wait(1s);
  CHECK(at.house.hears("alice", "PROTOCOL_ERROR error_code=mpac_cluster.RATE_LIMITED"));
  CHECK(at.house.hears_nothing("alice"));
}

TEST_CASE("three bad credentials of a connection are answered at once, each further one slows the next", "[23.4-02]") {
  guarded at;
  at.connect("alice");
  for (int attempt = 1; attempt <= 4; ++attempt) {
    at.house.says("alice", "HELLO credential={type: api_key, value: bad}");
    at.answer();
    CHECK(at.house.hears("alice", "PROTOCOL_ERROR error_code=CREDENTIAL_REJECTED"));
  }
  at.house.says("alice", "HELLO"); // and so does one without any
  CHECK(at.house.hears_nothing("alice"));
  at.house.wait(1s);
  CHECK(at.house.hears("alice", "PROTOCOL_ERROR error_code=CREDENTIAL_REJECTED"));
  at.house.says("alice", "HELLO credential={type: api_key, value: alice}");
  CHECK(at.verifier->asked() == 0);
  at.house.wait(1s);
  REQUIRE(at.verifier->asked() == 1);
  at.answer();
  CHECK(at.house.hears("alice", "SESSION_INFO"));
}

TEST_CASE("whatever comes from a principal counts, also what can't be read and requests of the sideband", "[23.4-02]") {
  guarded at;
  const auto pace = std::make_shared<counting_pace>();
  at.guards.pace = pace;
  at.connect("alice");
  at.house.send("alice", "no message at all");
  at.house.says("alice", "HELLO credential={type: api_key, value: alice}");
  CHECK(pace->said.empty()); // nobody knows yet whose they are
  at.answer();
  (void)at.house.heard("alice");
  at.house.send("alice", "no message at all");
  at.house.asks("alice", "FILE_LIST");
  at.house.says("alice", "HEARTBEAT status=idle");
  CHECK(pace->said == std::vector<std::string>(3, "alice"));
  (void)at.house.heard("alice");

  pace->wait = 2s;
  const auto is_slowed = [&] {
    return at.house.hears("alice",
                          "PROTOCOL_ERROR error_code=mpac_cluster.RATE_LIMITED extensions={retry_after_sec: 2}");
  };
  at.house.send("alice", "no message at all");
  CHECK(is_slowed());
  at.house.asks("alice", "FILE_READ path=a.py");
  CHECK(is_slowed());
  at.house.says("alice", "HEARTBEAT status=idle");
  CHECK(is_slowed());
  CHECK(at.house.hears_nothing("alice"));
}

TEST_CASE("a tenant with as many sessions as it may have gets no more", "[23.4-02]") {
  guarded at;
  at.tenants->is_full = true;
  at.connect("alice");
  at.house.says("alice", "HELLO credential={type: api_key, value: alice}");
  at.answer();
  CHECK(at.house.hears("alice", "PROTOCOL_ERROR error_code=mpac_cluster.LIMIT_REACHED"));
  CHECK(at.tenants->last == "acme");
  CHECK(at.attempts->failures == 0);
}

TEST_CASE("a place on a tenant's account is held until the session has judged, and taken by whom it accepts",
          "[23.4-02]") {
  guarded at;
  at.connect("alice");
  at.house.says("alice", "HELLO credential={type: api_key, value: alice}");
  CHECK(at.tenants->held == 0); // nobody knows yet whose account that is
  at.house.together([&] {
    at.verifier->answer();
    at.house.step(); // the participant has heard it, the session has not
    CHECK(at.tenants->held == 1);
    CHECK(at.tenants->taken == 0);
  });
  CHECK(at.house.hears("alice", "SESSION_INFO"));
  CHECK(at.tenants->held == 0);
  CHECK(at.tenants->taken == 1);
}

TEST_CASE("a place on a tenant's account is given back by whom the session refuses, or nobody believes", "[23.4-02]") {
  guarded at;
  at.come_in("alice");
  REQUIRE(at.tenants->taken == 1);
  SECTION("the session") {
    at.connect("alice/2");
    at.house.says("alice/2", "HELLO @sender.principal_type=human credential={type: api_key, value: alice}");
    at.answer();
    CHECK(at.house.hears("alice/2", "PROTOCOL_ERROR error_code=AUTHORIZATION_FAILED"));
  }
  SECTION("the verifier") {
    at.connect("bob");
    at.house.says("bob", "HELLO credential={type: api_key, value: bad}");
    at.answer();
    CHECK(at.house.hears("bob", "PROTOCOL_ERROR error_code=CREDENTIAL_REJECTED"));
  }
  CHECK(at.tenants->held == 0);
  CHECK(at.tenants->taken == 1);
}

TEST_CASE("no place on a tenant's account is lost with a connection or a session that goes while somebody is judged",
          "[23.4-02]") {
  const bool session_fails = GENERATE(false, true);
  for (int steps = 0; steps < 10; ++steps) { // at every moment
    guarded at;
    const auto room = at.house.session();
    at.connect("alice");
    at.house.says("alice", "HELLO credential={type: api_key, value: alice}");
    at.house.together([&] {
      at.verifier->answer();
      for (int i = 0; i < steps; ++i)
        at.house.step();
      if (session_fails)
        caf::anon_send(room, actors::inspect{[](const protocol::session&) { throw std::runtime_error("a mistake"); }});
      else
        at.house.disconnect("alice");
    });
    INFO("after " << steps << " steps");
    CHECK(at.tenants->held == 0);
    if (session_fails)
      continue;
    std::size_t people = 0; // whoever is in is counted, though its connection has gone
    at.house.look([&](const protocol::session& facts) { people = facts.people().size(); });
    CHECK(at.tenants->taken == people);
  }
}

TEST_CASE("whoever brings no new credential is shown out half a minute after the old one ran out", "[23.1.4-03]") {
  guarded at;
  at.connect("alice");
  at.house.says("alice", "HELLO credential={type: api_key, value: alice}");
  at.answer(at.house.now() + 60s);
  REQUIRE(at.house.hears("alice", "SESSION_INFO"));
  at.house.wait(61s);
  at.house.says("alice", "INTENT_ANNOUNCE intent_id=i1 scope=[a.py]");
  (void)at.house.heard("alice");
  CHECK_FALSE(at.house.closed_with("alice"));
  SECTION("nobody does") {
    at.house.wait(30s);
    CHECK(at.house.closed_with("alice") == 1008);
    CHECK(at.house.watch().dismissals == std::vector{actors::dismissal::credential_expired});
  }
  SECTION("somebody does") {
    at.house.says("alice", "HELLO credential={type: api_key, value: alice}");
    at.answer(at.house.now() + 600s);
    at.house.wait(60s);
    CHECK_FALSE(at.house.closed_with("alice"));
  }
}

TEST_CASE("a connection that is gone before its credential is verified leaves nobody behind", "[23.1.4-13]") {
  guarded at;
  at.connect("alice");
  at.house.says("alice", "HELLO credential={type: api_key, value: alice}");
  at.house.disconnect("alice");
  at.answer();
  at.come_in("bob");
  std::size_t people = 0;
  at.house.look([&](const protocol::session& facts) { people = facts.people().size(); });
  CHECK(people == 1);
}
