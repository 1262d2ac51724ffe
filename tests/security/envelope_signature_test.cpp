#include "security/envelope_signature.hpp"

#include "security/base64url.hpp"
#include "security/key_generation.hpp"
#include "tests/support/catch.hpp"

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

using namespace mpac;
using namespace mpac::security;

namespace {

signing_key key_of(key_type type) {
  const auto pair = generate_key({type, "agent:alice", base::instant{std::chrono::hours{24 * 20000}}}).value();
  return signing_key::of(pair.private_key_pem, pair.certificate_pem).value();
}

const signing_key& alice() {
  static const auto key = key_of(key_type::ed25519);
  return key;
}
const signing_key& bob() {
  static const auto key = key_of(key_type::p256);
  return key;
}

const std::vector<verifying_key>& both() {
  static const std::vector keys{alice().verifying(), bob().verifying()};
  return keys;
}

/// What is said of the signature; "good" if nothing.
std::string said_of(std::string_view frame, std::span<const verifying_key> keys = both()) {
  const auto checked = check_signature(frame, keys);
  return checked ? "good" : checked.error();
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

const std::string frame =
    R"({ "message_type":"HEARTBEAT", "watermark":{"kind":"lamport_clock","value":7}, "payload":{"x":1.50} } )";

} // namespace

TEST_CASE("a signed frame has its signature as its last member, and nothing else is changed", "[23.1.3.1-01]") {
  for (const auto* by : {&alice(), &bob()}) {
    const auto made = sign_envelope(frame, *by).value();
    const auto head = frame.substr(0, frame.size() - 2);
    CHECK(made.starts_with(head + R"(,"signature":{"alg":")" + std::string(by->verifying().algorithm()) +
                           R"(","kid":")" + by->verifying().key_id() + R"(","value":")"));
    CHECK(made.ends_with("\"}} "));
    CHECK(said_of(made) == "good");
  }
  CHECK(said_of(sign_envelope("{}", alice()).value()) == "good");
  CHECK(sign_envelope("{}", alice()).value().starts_with(R"({"signature":)"));
}

TEST_CASE("what was signed may be written in another way, but not say anything else", "[23.1.3-02]") {
  const auto made = sign_envelope(frame, alice()).value();
  CHECK(said_of(replaced(made, "1.50", "15e-1")) == "good");
  CHECK(said_of(replaced(made, "\"alg\":\"EdDSA\",", "\"alg\" : \"EdD\\u0053A\" ,\n")) == "good");
  const std::string wrong = "signature.value: is not this key's signature of this message";
  CHECK(said_of(replaced(made, "1.50", "1.51")) == wrong);
  CHECK(said_of(replaced(made, "HEARTBEAT", "GOODBYE")) == wrong);
  CHECK(said_of(replaced(made, "\"payload\"", "\"extensions\":{},\"payload\"")) == wrong);
}

TEST_CASE("the watermark is in the signed part", "[23.1.6-10]") {
  for (const auto* by : {&alice(), &bob()}) {
    const auto made = sign_envelope(frame, *by).value();
    CHECK(said_of(replaced(made, "\"value\":7", "\"value\":8")) ==
          "signature.value: is not this key's signature of this message");
    CHECK(said_of(replaced(made, R"("watermark":{"kind":"lamport_clock","value":7}, )", "")) ==
          "signature.value: is not this key's signature of this message");
  }
}

TEST_CASE("a signature that is missing, of another key or misshapen is refused with the rule it breaks",
          "[23.1.3-04]") {
  const auto made = sign_envelope(frame, alice()).value();
  CHECK(said_of(frame) == "the message is not signed");
  CHECK(said_of(made, {}) == "signature.kid: names no key of this sender");
  CHECK(said_of(made, std::vector{bob().verifying()}) == "signature.kid: names no key of this sender");
  CHECK(said_of(replaced(made, alice().verifying().key_id(), bob().verifying().key_id())) ==
        "signature.alg: the key it names signs with ES256");
  CHECK(said_of(replaced(made, "EdDSA", "ES256")) == "signature.alg: the key it names signs with EdDSA");
  CHECK(said_of(replaced(made, "EdDSA", "none")) == "signature.alg: the key it names signs with EdDSA");
  CHECK(said_of("[1]") == "the message is no JSON object");
  CHECK(said_of("{") == "the message has no canonical form to check a signature of: a member without a name at byte 1");
  CHECK(said_of(replaced(made, "\"payload\"", "\"watermark\":{},\"payload\"")).find("two members of one name") !=
        std::string::npos);
  CHECK(said_of(replaced(made, "\"payload\"", "\"signature\":null,\"payload\"")).find("two members of one name") !=
        std::string::npos);

  const std::string shape = "signature: must be an object of the three texts alg, kid and value";
  const auto kid = alice().verifying().key_id();
  for (const std::string& signature :
       {std::string("null"), std::string("\"text\""), std::string("{}"), std::string("[]"),
        R"({"alg":"EdDSA","kid":")" + kid + "\"}", R"({"alg":1,"kid":")" + kid + R"(","value":"AA"})",
        R"({"alg":"EdDSA","kid":")" + kid + R"(","value":"AA","more":1})",
        R"({"alg":"EdDSA","kid":")" + kid + R"(","value":["AA"]})",
        R"({"alg":"EdDSA","kid":"\")" + kid + R"(","value":"AA"})",
        R"({"Alg":"EdDSA","kid":")" + kid + R"(","value":"AA"})"})
    CHECK(said_of(R"({"a":1,"signature":)" + signature + "}") == shape);
}

TEST_CASE("the value of a signature is base64url in its one spelling", "[23.1.3-04]") {
  const auto made = sign_envelope(frame, alice()).value();
  const auto begin = made.find("\"value\":\"", made.find("signature")) + 9;
  const auto value = made.substr(begin, made.find('"', begin) - begin);
  REQUIRE(value.size() == 86);
  const auto with = [&](const std::string& other) { return said_of(replaced(made, value, other)); };
  CHECK(with(value) == "good");
  const std::string spelling = "signature.value: is no base64url without padding";
  CHECK(with(value + "==") == spelling);
  CHECK(with(value + "A===") == spelling);
  CHECK(with(value + " ") == spelling);
  CHECK(with("+" + value.substr(1)) == spelling);
  CHECK(with("/" + value.substr(1)) == spelling);
  auto loose = value;
  loose.back() = loose.back() == 'A' ? 'B' : static_cast<char>(loose.back() + 1); // bits that mean nothing
  CHECK(with(loose) == spelling);
  const std::string wrong = "signature.value: is not this key's signature of this message";
  CHECK(with("") == wrong);
  CHECK(with(value.substr(0, 84)) == wrong);
  CHECK(with(value + "AA") == wrong);
}

TEST_CASE("frames that an independent library signed are good", "[23.1.3-02]") {
  std::ifstream fixtures(MPAC_SOURCE_DIR "/tests/security/signed/fixtures.txt", std::ios::binary);
  int frames = 0;
  for (std::string line; std::getline(fixtures, line); ++frames) {
    CAPTURE(line);
    std::istringstream parts(line);
    std::string algorithm, certificate, text;
    std::getline(parts, algorithm, '\t');
    std::getline(parts, certificate, '\t');
    std::getline(parts, text);
    for (auto at = certificate.find("\\n"); at != std::string::npos; at = certificate.find("\\n", at))
      certificate.replace(at, 2, "\n");
    const auto key = verifying_key::of_certificate(certificate);
    REQUIRE(key.has_value());
    CHECK(key->algorithm() == algorithm);
    CHECK(said_of(text, std::vector{alice().verifying(), *key}) == "good");
    CHECK(said_of(replaced(text, "{", "{\"extra\": 1, "), std::vector{*key}) ==
          "signature.value: is not this key's signature of this message");
  }
  CHECK(frames == 6);
}

TEST_CASE("what is no JSON object, or is signed already, can't be signed", "[23.1.3.1-01]") {
  CHECK(sign_envelope("[]", alice()).error() == "can't be signed: it is no JSON object");
  CHECK(sign_envelope(R"({"signature":null})", alice()).error() == "can't be signed: it has a signature");
  CHECK(sign_envelope("{", alice()).error() == "can't be signed: a member without a name at byte 1");
}
