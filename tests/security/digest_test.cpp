#include "security/digest.hpp"

#include "security/base64url.hpp"
#include "tests/security/forge.hpp"
#include "tests/support/catch.hpp"

#include <rapidcheck.h>

using namespace mpac::security;

TEST_CASE("digests are those of the standards") {
  CHECK(to_hex(sha256("abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  // RFC 4231, 4.3
  CHECK(to_hex(keyed_sha256("Jefe", "what do ya want for nothing?")) ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  CHECK(random_key() != random_key());
}

TEST_CASE("digests are equal if they are so in each byte, and only then", "[23.1.4-05][23.1.4-06]") {
  const auto made = sha256("x");
  CHECK(made == sha256("x"));
  for (const std::size_t at : {0, 1, 7, 8, 15, 16, 30, 31}) // tables look at the first eight first
    for (int bit = 0; bit < 8; ++bit) {
      auto other = made;
      other.bytes[at] = static_cast<std::uint8_t>(other.bytes[at] ^ (1 << bit));
      CHECK_FALSE(made == other);
      CHECK_FALSE(other == made);
      other.bytes[at] = made.bytes[at];
      CHECK(made == other);
    }
  // Of what a table of keys takes for the same place, too.
  auto neighbour = made;
  neighbour.bytes[31] ^= 1;
  CHECK(digest_hash{}(neighbour) == digest_hash{}(made));
  CHECK_FALSE(neighbour == made);
}

TEST_CASE("a fingerprint is read as tools print it", "[23.1.4-05]") {
  const auto made = sha256("x");
  auto hex = to_hex(made), upper = hex, colons = std::string();
  for (char& c : upper)
    c = static_cast<char>(std::toupper(c));
  for (std::size_t i = 0; i < hex.size(); i += 2)
    colons += (i ? ":" : "") + upper.substr(i, 2);
  for (const auto& text : {hex, upper, colons, "sha256:" + hex, "SHA256:" + colons, "Sha256:" + upper})
    CHECK(read_digest(text) == made);
  for (const auto& text :
       {std::string(), hex.substr(1), hex + "0", "sha1:" + hex, hex + " ", std::string("sha256:"), 'g' + hex.substr(1),
        hex.substr(0, 63) + ':', colons.substr(0, 94), colons + ':', "sha256:sha256:" + hex, '-' + colons.substr(1)})
    CHECK_FALSE(read_digest(text));
  auto blanks = colons;
  blanks[2] = ' ';
  CHECK_FALSE(read_digest(blanks));
}

TEST_CASE("base64url is read back to the bytes it was made of, in one spelling only") {
  rc::check([](const std::string& bytes) {
    const auto text = mpac::tests::base64url(bytes);
    RC_ASSERT(read_base64url(text) == bytes);
    RC_ASSERT(!read_base64url(text + "="));
    RC_ASSERT(!read_base64url(text + "\n"));
  });
  CHECK(read_base64url("") == "");
  CHECK(read_base64url("-_-_") == "\xfb\xff\xbf");
  for (const char* bad : {"A", "AB", "AAB", "+/+/", "AA==", "A A", "AAAAA"})
    CHECK_FALSE(read_base64url(bad));
}
