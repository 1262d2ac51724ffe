#include "security/digest.hpp"
#include "security/hash_chain.hpp"

#include "tests/support/catch.hpp"

#include <set>

using namespace mpac::security;

TEST_CASE("the links are what anybody with a SHA-256 makes of the same entries", "[23.1.3-05]") {
  // printf '\0mpac-cluster log chain 1\0s1' | sha256sum, and so on
  CHECK(to_hex(sha256("abc").bytes) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(to_hex(genesis("s1")) == "ad252b20d362ca1039144036c19002a9fcf184f8d0cbc0c09d054feb9867c348");
  const auto entry = entry_digest(R"({"b": 1.0, "a": "\u0041"})");
  CHECK(entry == sha256(R"({"a":"A","b":1})").bytes);
  CHECK(to_hex(link(genesis("s1"), entry)) == "1d9cc26c871003d5c7744be012432ae01bdd745d9388a3855cb29d69a57452cf");
  // (printf '\2'; printf <genesis> | xxd -r -p; printf '\0\0\0\0\0\0\1\2'; printf <entry> | xxd -r -p) | sha256sum
  const auto redacted = one_more_redacted({0, genesis("s1")}, 258, entry);
  CHECK(redacted.entries == 1);
  CHECK(to_hex(redacted.head) == "40fa25f554664d7363d691455a3edc14937846525f7f8393a40d6e24d36e183c");
}

TEST_CASE("a frame that is no JSON has a digest all the same", "[23.1.3-05]") {
  CHECK(entry_digest("no JSON") == sha256("no JSON").bytes);
  CHECK(entry_digest(" {\"a\":1,\"a\":2}\n") == sha256("{\"a\":1,\"a\":2}").bytes);
  CHECK(entry_digest(" ") == sha256("").bytes);
}

TEST_CASE("each link depends on all that it holds, and no kind passes for another", "[23.1.3-05]") {
  const auto a = sha256("a").bytes, b = sha256("b").bytes, c = sha256("c").bytes;
  const std::set<log_digest> all{genesis("a"),
                                 genesis("b"),
                                 link(a, b),
                                 link(b, a),
                                 link(a, c),
                                 link(c, b),
                                 one_more_redacted({0, a}, 1, b).head,
                                 one_more_redacted({0, a}, 2, b).head,
                                 one_more_redacted({0, b}, 1, a).head};
  CHECK(all.size() == 9);
  chain_head head{0, genesis("s")};
  head = extended(head, a);
  head = extended(head, b);
  CHECK(head == chain_head{2, link(link(genesis("s"), a), b)});
}

TEST_CASE("a digest and its text lead to each other", "[23.1.3-05]") {
  CHECK(from_hex(to_hex(sha256("a").bytes)) == sha256("a").bytes);
  for (const auto& wrong : {std::string(), std::string(63, '0'), std::string(65, '0'), std::string(63, '0') + 'A',
                            std::string(63, '0') + 'g'})
    CHECK_FALSE(from_hex(wrong));
}
