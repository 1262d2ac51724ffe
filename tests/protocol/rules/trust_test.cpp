// The authenticated and verified profiles by their rules alone: who is admitted, and that nothing is taken twice
// (SPEC 23.1.2 to 23.1.6). What is cryptography in them is tested with actors/vouching.
#include "tests/support/catch.hpp"
#include "tests/support/guarded_house.hpp"

using namespace mpac;
using namespace mpac::tests;
using namespace std::chrono_literals;
using protocol::error_code;
using protocol::security_profile;

TEST_CASE("whoever is whom the credential names is admitted, and told how that was found",
          "[23.1.2-02][23.1.4-01][23.1.4-12][8.1-06][14.2-06]") {
  guarded_house house;
  house.connect("alice");
  house.says("alice", "HELLO credential={type: bearer_token, value: alice}");
  CHECK(house.hears("alice", "SESSION_INFO identity_verified=true identity_method=bearer_token "
                             "identity_issuer=\"https://idp.example\""));
}

TEST_CASE("whoever brings somebody else's credential is not admitted",
          "[23.1.2-03][23.1.2-04][23.1.4-13][23.3-01][8.1-06][14.2-06]") {
  guarded_house house;
  house.connect("mallory");
  house.says("mallory", "HELLO credential={type: bearer_token, value: alice}");
  CHECK(house.hears("mallory", "PROTOCOL_ERROR error_code=CREDENTIAL_REJECTED"));
  CHECK(house.hears_nothing("mallory"));
  CHECK(house.facts().people().size() == 0);
}

TEST_CASE("a credential that nobody has verified admits nobody", "[23.1.4-13]") {
  guarded_house house;
  house.vouches({});
  house.connect("alice");
  house.says("alice", "HELLO credential={type: bearer_token, value: alice}");
  CHECK(house.hears("alice", "PROTOCOL_ERROR error_code=CREDENTIAL_REJECTED"));
}

TEST_CASE("the credential's roles take the place of the policy's, and its constraints hold", "[23.1.2-12][23.1.2-13]"
                                                                                             "[23.1.5-11]") {
  guarded_house house(security_profile::authenticated, [](protocol::session_policy& policy) {
    policy.role_policy->role_constraints["arbiter"].allowed_principal_types = {"human"};
  });
  house.roles = {{"owner", "arbiter"}};
  house.connect("alice");
  house.says("alice", "HELLO roles=[owner, arbiter, reviewer] credential={type: api_key, value: alice}");
  CHECK(house.hears("alice", "SESSION_INFO granted_roles=[owner]"));
  house.roles = {{"observer"}};
  house.connect("bob");
  house.says("bob", "HELLO roles=[owner] credential={type: api_key, value: bob}");
  CHECK(house.hears("bob", "SESSION_INFO granted_roles=[observer]"));
}

TEST_CASE("a message that was here before is refused, on whatever connection it comes",
          "[23.1.2-07][22.1-15][23.1.2-05]") {
  guarded_house house;
  house.come_in("alice");
  house.says("alice", "INTENT_ANNOUNCE intent_id=i1 scope=[a.py] @message_id=m1");
  CHECK(house.facts().intents().size() == 1);
  (void)house.heard("alice");
  house.says("alice", "INTENT_ANNOUNCE intent_id=i2 scope=[b.py] @message_id=m1");
  CHECK(house.hears("alice", "PROTOCOL_ERROR error_code=REPLAY_DETECTED refers_to=m1"));
  CHECK(house.facts().intents().size() == 1);
  SECTION("after a takeover") {
    house.come_in("alice/2", "@sender.sender_instance_id=alice-2");
    house.says("alice/2", "INTENT_ANNOUNCE intent_id=i2 scope=[b.py] @message_id=m1 "
                          "@sender.sender_instance_id=alice-2");
    CHECK(house.last_error() == error_code::replay_detected);
  }
  SECTION("by somebody else") {
    house.come_in("bob");
    house.says("bob", "INTENT_ANNOUNCE intent_id=i2 scope=[b.py] @message_id=m1");
    CHECK_FALSE(house.last_error()); // nobody takes another's ids
  }
  SECTION("HELLO itself") {
    house.connect("alice/2");
    house.says("alice/2", "HELLO credential={type: api_key, value: alice} @message_id=m1");
    CHECK(house.last_error() == error_code::replay_detected);
  }
}

TEST_CASE("what was refused may not be tried again under the same id, but a failed credential takes no id",
          "[23.1.2-07]") {
  guarded_house house;
  house.come_in("alice");
  house.says("alice", "INTENT_WITHDRAW intent_id=nothing @message_id=m1");
  house.says("alice", "INTENT_ANNOUNCE intent_id=i1 scope=[a.py] @message_id=m1");
  CHECK(house.last_error() == error_code::replay_detected);
  house.connect("bob");
  house.says("bob", "HELLO credential={type: api_key, value: carol} @message_id=h1");
  CHECK(house.last_error() == error_code::credential_rejected);
  house.says("bob", "HELLO credential={type: api_key, value: bob} @message_id=h1");
  CHECK_FALSE(house.last_error());
}

TEST_CASE("replay protection outlives the coordinator", "[23.1.2-10][23.1.2-11][23.1.3-10][8.1.1.2-22][8.1.1.3-05]") {
  guarded_house house;
  house.come_in("alice");
  house.says("alice", "INTENT_ANNOUNCE intent_id=i1 scope=[a.py] @message_id=m1");
  house.restart(60s);
  house.come_in("alice");
  house.says("alice", "INTENT_ANNOUNCE intent_id=i2 scope=[b.py] @message_id=m1");
  CHECK(house.last_error() == error_code::replay_detected);
}

TEST_CASE("an id is forgotten when its timestamp could not be good any more", "[23.1.2-07]") {
  guarded_house house;
  house.come_in("alice");
  house.says("alice", "HEARTBEAT status=idle @message_id=m1");
  CHECK(house.facts().recent_messages().has(protocol::principal_id("alice"), protocol::message_id("m1")));
  house.wait(601s);
  house.says("alice", "HEARTBEAT status=idle @message_id=m2");
  CHECK_FALSE(house.facts().recent_messages().has(protocol::principal_id("alice"), protocol::message_id("m1")));
  CHECK(house.facts().recent_messages().size() == 1);
}

TEST_CASE("timestamps outside the window are refused, either way", "[23.1.2-08][23.1.2-09]") {
  guarded_house house;
  house.come_in("alice");
  const auto says_at = [&](base::duration offset) {
    house.says("alice", "HEARTBEAT status=idle @ts=\"" + base::to_rfc3339(house.now() + offset) + "\"");
    return house.last_error();
  };
  CHECK_FALSE(says_at(-300s));
  CHECK_FALSE(says_at(300s));
  CHECK(says_at(-301s) == error_code::replay_detected);
  CHECK(says_at(301s) == error_code::replay_detected);
}

TEST_CASE("the open profile looks at neither ids nor timestamps", "[23.1.1-05]") {
  pure_house house;
  house.join("alice");
  house.says("alice", "HEARTBEAT status=idle @ts=\"2020-01-01T00:00:00Z\"");
  CHECK_FALSE(house.decisions().back().cause.error);
  CHECK(house.facts().recent_messages().size() == 0);
}

TEST_CASE("a repeated message is a replay before its Lamport value is looked at", "[12.7-06][22.1-15]") {
  guarded_house house;
  house.come_in("alice");
  house.says("alice", "HEARTBEAT status=idle @message_id=m1 @watermark.value=50");
  house.says("alice", "HEARTBEAT status=idle @message_id=m1 @watermark.value=50");
  CHECK(house.last_error() == error_code::replay_detected);
  house.says("alice", "HEARTBEAT status=idle @message_id=m2 @watermark.value=50");
  CHECK(house.last_error() == error_code::malformed_message);
}

TEST_CASE("what rests on something has to say on what", "[18.7-02][23.1.3-07][23.1.3-08][23.1.6-10]") {
  for (const auto profile : {security_profile::authenticated, security_profile::verified}) {
    guarded_house house(profile);
    house.roles = {{"owner"}};
    house.come_in("alice", "roles=[owner]");
    house.says("alice", "RESOLUTION resolution_id=r1 conflict_id=c1 decision=dismissed rationale=no @watermark=-");
    CHECK(house.hears("alice", "PROTOCOL_ERROR error_code=MALFORMED_MESSAGE"));
  }
}

TEST_CASE("in the verified profile nobody has observed more than there was", "[23.3-08][23.3-09]") {
  guarded_house house(security_profile::verified);
  house.come_in("alice");
  house.says("alice", "HEARTBEAT status=idle @watermark.value=100000");
  CHECK(house.last_error() == error_code::malformed_message);
  house.says("alice", "HEARTBEAT status=idle @watermark.value=1000"); // and what was refused is no measure
  CHECK_FALSE(house.last_error());
}

TEST_CASE("a credential that has run out allows nothing until another is brought", "[23.1.4-03]") {
  guarded_house house;
  house.expires = house.now() + 60s;
  house.come_in("alice");
  house.wait(59s);
  house.says("alice", "INTENT_ANNOUNCE intent_id=i1 scope=[a.py]");
  CHECK_FALSE(house.last_error());
  house.wait(1s);
  house.says("alice", "INTENT_ANNOUNCE intent_id=i2 scope=[b.py]");
  CHECK(house.last_error() == error_code::authorization_failed);
  CHECK(house.facts().intents().size() == 1);
  house.expires = base::never;
  house.says("alice", "HELLO credential={type: api_key, value: alice}");
  house.says("alice", "INTENT_ANNOUNCE intent_id=i2 scope=[b.py]");
  CHECK_FALSE(house.last_error());
}

TEST_CASE("SESSION_INFO tells how credentials are checked, and who signs with which key",
          "[23.1.3-06][23.1.3.1-02][23.1.3.1-03][23.1.6-01][23.1.6-02][23.1.6-03][23.1.6-04][23.2-01]") {
  guarded_house house(security_profile::verified);
  house.key_id = "key-1";
  house.come_in("alice");
  house.connect("bob");
  house.says("bob", "HELLO credential={type: x509_chain, value: bob}");
  CHECK(house.hears("bob", "SESSION_INFO security_profile=verified security_config={auth_mechanism: x509_chain, "
                           "replay_window_sec: 300, audit_retention_days: 90, log_integrity: sha256-hash-chain, "
                           "coordinator_key_fingerprint: \"sha256:c0\", coordinator_certificate: \"PEM of the "
                           "coordinator\", key_exchange_method: session_info, participant_keys: [{principal_id: alice, "
                           "key_id: key-1, certificate_chain: \"PEM of key-1\"}]}"));
  CHECK(house.hears("alice", "mpac_cluster.PARTICIPANT_KEYS keys=[{principal_id: bob, key_id: key-1}]"));
}

TEST_CASE("an open session says that it checks nothing", "[23.2-01][23.1-01]") {
  pure_house house;
  house.connect("alice");
  house.says("alice", "HELLO");
  CHECK(house.hears("alice", "SESSION_INFO security_profile=open security_config={auth_mechanism: none, "
                             "replay_window_sec: 300}"));
}

TEST_CASE("a new key is told to everybody, with the grace of the old one", "[23.1.3-11][23.1.6-05][23.1.6-07]"
                                                                           "[23.1.6-09]") {
  guarded_house house(security_profile::verified);
  house.key_id = "key-1";
  house.come_in("alice");
  house.come_in("bob");
  (void)house.heard("alice");
  house.key_id = "key-2";
  const auto rotation = std::string("extensions={key_rotation: {fingerprint: key-2, certificate_chain: c}}");
  const auto until = base::to_rfc3339(house.now() + 60s);
  house.says("alice", "HEARTBEAT status=idle " + rotation);
  const auto told =
      "mpac_cluster.PARTICIPANT_KEYS keys=[{principal_id: alice, key_id: key-2}] old_keys_until=\"" + until + "\"";
  CHECK(house.hears("alice", told));
  CHECK(house.hears("bob", told));
  CHECK(house.facts().people().find(protocol::principal_id("alice"))->identity->key_id == "key-2");
}

TEST_CASE("the rules of the open profile hold in the others too", "[23.1.2-01][23.1.3-01]") {
  const auto profile = GENERATE(security_profile::authenticated, security_profile::verified);
  guarded_house house(profile);
  house.come_in("alice");
  house.says("alice", "INTENT_ANNOUNCE intent_id=i1 scope=[a.py] @message_id=m1");
  house.says("alice", "INTENT_ANNOUNCE intent_id=i2 scope=[a.py] @message_id=m1");
  CHECK(house.last_error() == error_code::replay_detected);
  house.says("alice", "INTENT_ANNOUNCE intent_id=i3 scope=[a.py] @session_id=elsewhere");
  CHECK(house.last_error() == error_code::invalid_reference);
  house.says("alice", "INTENT_ANNOUNCE intent_id=i4 scope=[a.py] @ts=-");
  CHECK(house.last_error() == error_code::malformed_message);
}

TEST_CASE("in the open profile nobody is turned away for bringing nothing, nor for bringing anything",
          "[23.1.4-14][23.1.4-15][23.1.4-16][23.1-02][23.2-02]") {
  pure_house house;
  house.connect("alice");
  house.says("alice", "HELLO credential=-");
  CHECK(house.hears("alice", "SESSION_INFO security_profile=open identity_verified=true"));
  house.connect("bob");
  house.says("bob", "HELLO credential={type: api_key, value: anything}");
  CHECK(house.hears("bob", "SESSION_INFO security_profile=open identity_verified=false"));
}

TEST_CASE("the format of custom credentials is told", "[23.1.4-11]") {
  guarded_house house(security_profile::authenticated, [](protocol::session_policy& policy) {
    policy.security.custom_credential_format = "a ticket of ours";
  });
  house.connect("alice");
  house.says("alice", "HELLO credential={type: custom, value: alice}");
  CHECK(house.hears("alice", "SESSION_INFO security_config={custom_credential_format: \"a ticket of ours\"}"));
}

TEST_CASE("who meets another organisation where nobody proves anything is warned", "[23.2-03][23.1.1-04]") {
  pure_house house;
  house.join("agent:a@acme.example");
  const auto warns = [&](const std::string& who) {
    house.connect(who);
    house.says(who, "HELLO");
    const auto info = house.next(who);
    return to_text(*info).find("verifies nobody") != std::string::npos;
  };
  CHECK_FALSE(warns("agent:b@acme.example"));
  CHECK_FALSE(warns("agent:nobodys"));
  CHECK(warns("agent:c@other.example"));
}

TEST_CASE("whoever comes with a clock of its own goes on with it", "[23.3-08][12.7-10]") {
  guarded_house house(security_profile::verified);
  house.come_in("alice", "@watermark.value=50000");
  house.says("alice", "HEARTBEAT status=idle @watermark.value=50001");
  CHECK_FALSE(house.last_error());
}

TEST_CASE("a key that was replaced lets nobody in again", "[23.1.6-08][23.1.6-06]") {
  guarded_house house(security_profile::verified);
  house.key_id = "key-1";
  house.come_in("alice");
  house.key_id = "key-2";
  house.says("alice", "HEARTBEAT status=idle extensions={key_rotation: {fingerprint: key-2, certificate_chain: c}}");
  CHECK_FALSE(house.last_error());
  const bool restarts = GENERATE(false, true);
  if (restarts)
    house.restart(0s);
  house.key_id = "key-1";
  house.come_in("alice/2", "@sender.sender_instance_id=thief");
  CHECK(house.last_error() == error_code::credential_rejected);
  house.key_id = "key-2";
  house.come_in("alice/3");
  CHECK_FALSE(house.last_error());
}

TEST_CASE("nobody goes back to a key that was replaced", "[23.1.6-06]") {
  guarded_house house(security_profile::verified);
  const std::string alice = "alice";
  const auto rotates_to = [&](const std::string& key, const std::string& more = "") {
    house.key_id = key;
    house.says(alice, "HEARTBEAT status=working extensions={key_rotation: {fingerprint: " + key +
                          ", certificate_chain: c" + more + "}}");
    return house.last_error();
  };
  const auto person = [&]() -> const protocol::participant_record& {
    return *house.facts().people().find(protocol::principal_id(alice));
  };
  const auto reason = GENERATE(as<std::string>(), "", ", reason: compromised");
  const bool restarts = GENERATE(false, true);
  house.key_id = "key-2";
  house.come_in(alice);
  CHECK_FALSE(rotates_to("key-3", reason));
  if (restarts) {
    house.restart(0s);
    house.come_in(alice);
  }
  house.says(alice, "HEARTBEAT status=idle");
  CHECK(rotates_to("key-2") == error_code::credential_rejected);
  CHECK(person().identity->key_id == "key-3");
  CHECK(person().status == "idle"); // nothing of it holds
  CHECK_FALSE(rotates_to("key-4"));
  CHECK(person().identity->key_id == "key-4");
}

TEST_CASE("a role policy that is taken away leaves nobody with more than its credential gives",
          "[23.1.2-13][23.1.5-11]") {
  guarded_house house;
  auto policy = house.facts().policy();
  policy.role_policy.reset();
  house.change_policy(std::make_shared<const protocol::session_policy>(policy));
  house.roles = {{"observer"}};
  house.connect("bob");
  house.says("bob", "HELLO roles=[owner, arbiter] credential={type: api_key, value: bob}");
  CHECK(house.hears("bob", "SESSION_INFO granted_roles=[observer]"));
  house.roles.reset();
  house.connect("carol");
  house.says("carol", "HELLO roles=[owner] credential={type: api_key, value: carol}");
  CHECK(house.hears("carol", "SESSION_INFO granted_roles=[observer]"));
}

TEST_CASE("what a participant of a verified session has signed is passed on untouched", "[23.1.3-02]") {
  guarded_house house(security_profile::verified);
  house.come_in("alice");
  house.come_in("bob");
  (void)house.heard("bob");
  const auto letter = house.letter("alice", "OP_COMMIT op_id=o1 target=a.py op_kind=replace state_ref_after=x "
                                            "file_changes={a.py: {content: new}}");
  house.send("alice", letter);
  const auto relayed = house.hear("bob");
  REQUIRE(relayed);
  CHECK(*relayed == letter);
}

TEST_CASE("where not all keys fit into SESSION_INFO each is told by itself", "[23.1.6-03]") {
  guarded_house house(security_profile::verified);
  house.key_id = std::string(200'000, 'k');
  house.come_in("alice");
  house.come_in("bob");
  house.connect("carol");
  house.says("carol", "HELLO credential={type: x509_chain, value: carol}");
  CHECK(house.hears("carol", "SESSION_INFO security_config={participant_keys: []}"));
  CHECK(house.hears("carol", "mpac_cluster.PARTICIPANT_KEYS keys=[{principal_id: alice}]"));
  CHECK(house.hears("carol", "mpac_cluster.PARTICIPANT_KEYS keys=[{principal_id: bob}]"));
}

TEST_CASE("nobody joins a verified session whose coordinator cannot sign", "[23.1.3.1-01]") {
  guarded_house house(security_profile::verified,
                      [](protocol::session_policy& policy) { policy.security.coordinator_key.clear(); });
  house.connect("alice");
  house.says("alice", "HELLO credential={type: x509_chain, value: alice}");
  CHECK(house.hears("alice", "PROTOCOL_ERROR error_code=CAPABILITY_UNSUPPORTED"));
  CHECK(house.facts().people().size() == 0);
}
