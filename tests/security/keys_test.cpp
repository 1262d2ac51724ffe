#include "security/base64url.hpp"
#include "security/ecdsa_signature.hpp"
#include "security/key_generation.hpp"
#include "security/signing_key.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/catch_result.hpp"
#include "tests/support/temporary_folder.hpp"

#include <fstream>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <rapidcheck.h>
#include <thread>
#include <vector>

using namespace mpac;
using namespace mpac::security;

namespace {

key_pair made(key_type type, std::string name = "hub-1") {
  return generate_key({type, std::move(name), base::instant{std::chrono::hours{24 * 20000}}, std::chrono::days{10}})
      .value();
}

signing_key key_of(key_type type) {
  const auto pair = made(type);
  return signing_key::of(pair.private_key_pem, pair.certificate_pem).value();
}

std::string error_of(const base::result<signing_key, std::string>& tried) {
  REQUIRE_FALSE(tried);
  return tried.error();
}

/// Added to the number that 32 bytes hold, from the lowest on or from the highest on.
std::string plus(std::string number, std::string_view hex, bool lowest_first) {
  const auto digit = [&](std::size_t i) {
    return static_cast<unsigned>(std::stoul(std::string(hex.substr(hex.size() - 2 - 2 * i, 2)), nullptr, 16));
  };
  unsigned carry = 0;
  for (std::size_t i = 0; i < number.size(); ++i) {
    auto& byte = number[lowest_first ? i : number.size() - 1 - i];
    carry += static_cast<unsigned char>(byte) + digit(i);
    byte = static_cast<char>(carry & 0xff);
    carry >>= 8;
  }
  return number;
}

/// A certificate in which other bytes stand for its key; nobody signed that.
std::string with_key(const std::string& pem, std::string_view key) {
  BIO* in = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
  X509* certificate = PEM_read_bio_X509(in, nullptr, nullptr, nullptr);
  EVP_PKEY* other = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr,
                                                reinterpret_cast<const unsigned char*>(key.data()), key.size());
  X509_set_pubkey(certificate, other);
  EVP_PKEY_free(other);
  i2d_re_X509_tbs(certificate, nullptr); // or it would be written as it was read
  BIO* out = BIO_new(BIO_s_mem());
  PEM_write_bio_X509(out, certificate);
  char* text = nullptr;
  const auto size = BIO_get_mem_data(out, &text);
  std::string changed(text, static_cast<std::size_t>(size));
  X509_free(certificate);
  BIO_free_all(in);
  BIO_free_all(out);
  return changed;
}

} // namespace

TEST_CASE("what a key signs its certificate's key verifies, and nothing else", "[23.1.3-02]") {
  for (const auto type : {key_type::ed25519, key_type::p256}) {
    const auto mine = key_of(type), other = key_of(type);
    CHECK(mine.verifying().algorithm() == (type == key_type::ed25519 ? "EdDSA" : "ES256"));
    for (const auto* text : {"", "a", "what is signed"}) {
      const auto signature = mine.sign(text);
      CHECK(signature.size() == 64);
      CHECK(mine.verifying().verifies(text, signature));
      CHECK_FALSE(other.verifying().verifies(text, signature));
      CHECK_FALSE(mine.verifying().verifies(std::string(text) + " ", signature));
      CHECK(mine.verifying().verifies(text, signature)); // after a failure too
    }
    const auto of_certificate = verifying_key::of_certificate(mine.certificate_chain());
    REQUIRE(of_certificate.has_value());
    CHECK(*of_certificate == mine.verifying());
    CHECK(of_certificate->key_id().size() == 71);
    CHECK(of_certificate->key_id().starts_with("sha256:"));
    CHECK(of_certificate->verifies("a", mine.sign("a")));
  }
}

TEST_CASE("no bit of a signature can be changed", "[23.1.3-04]") {
  for (const auto type : {key_type::ed25519, key_type::p256}) {
    const auto mine = key_of(type);
    const auto signature = mine.sign("text");
    for (std::size_t bit = 0; bit < 8 * signature.size(); ++bit) {
      auto changed = signature;
      changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << bit % 8));
      CHECK_FALSE(mine.verifying().verifies("text", changed));
    }
    for (const auto& wrong :
         {std::string(), signature.substr(1), signature.substr(0, 63), signature + '\0', signature + signature,
          std::string(64, '\0'), std::string(64, '\xff'), signature.substr(32) + signature.substr(0, 32)})
      CHECK_FALSE(mine.verifying().verifies("text", wrong));
  }
}

TEST_CASE("ECDSA: r and s out of range, or written as DER, are no signature", "[23.1.3-04]") {
  using namespace std::string_literals;
  const std::string order = "\xff\xff\xff\xff\x00\x00\x00\x00\xff\xff\xff\xff\xff\xff\xff\xff"s
                            "\xbc\xe6\xfa\xad\xa7\x17\x9e\x84\xf3\xb9\xca\xc2\xfc\x63\x25\x51"s;
  const auto mine = key_of(key_type::p256);
  const auto signature = mine.sign("text");
  const auto r = signature.substr(0, 32), s = signature.substr(32);
  const std::string zero(32, '\0'), one = std::string(31, '\0') + '\1';
  for (const auto& wrong : {zero + s, r + zero, zero + zero, order + s, r + order, order + zero, one + one,
                            std::string(64, '\xff'), plus(order, std::string(62, '0') + "01", false) + s})
    CHECK_FALSE(mine.verifying().verifies("text", wrong));
  CHECK_FALSE(der_of_raw(order + one));
  CHECK_FALSE(der_of_raw(one + zero));
  CHECK(der_of_raw(one + one) == "\x30\x06\x02\x01\x01\x02\x01\x01"s);
  auto largest = order;
  largest.back() = '\x50';
  CHECK(der_of_raw(largest + one) == "\x30\x26\x02\x21\0"s + largest + "\x02\x01\x01"s);
  CHECK_FALSE(mine.verifying().verifies("text", der_of_raw(signature).value()));
}

TEST_CASE("both spellings of an ECDSA signature lead back to each other", "[23.1.3-02]") {
  CHECK(rc::check([] {
    auto raw = *rc::gen::container<std::string>(64, rc::gen::element('\0', '\1', '\x7f', '\x80', '\xfe'));
    raw[31] = raw[63] = '\1'; // neither is zero
    raw[0] = static_cast<char>(raw[0] & 0x7f);
    raw[32] = static_cast<char>(raw[32] & 0x7f);
    const auto der = der_of_raw(raw);
    RC_ASSERT(der.has_value());
    RC_ASSERT(raw_of_der(*der) == raw);
  }));
  for (const std::string wrong : {"", "\x30", "\x30\x01\x02", "\x31\x06\x02\x01\x01\x02\x01\x01",
                                  "\x30\x06\x02\x01\x01\x02\x02\x01", "\x30\x07\x02\x01\x01\x02\x01\x01\x01"})
    CHECK_FALSE(raw_of_der(wrong));
}

TEST_CASE("Ed25519: the order of the group added to S makes no second signature", "[23.1.3-04]") {
  const auto mine = key_of(key_type::ed25519);
  const auto signature = mine.sign("text");
  const auto s = plus(signature.substr(32), "1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed", true);
  CHECK_FALSE(mine.verifying().verifies("text", signature.substr(0, 32) + s));
}

TEST_CASE("Ed25519: a key of small order, with which one signature fits many messages, is refused", "[23.1.3-04]") {
  const auto pem = made(key_type::ed25519).certificate_pem;
  for (const char sign : {'\0', '\x80'}) {
    std::string neutral(32, '\0');
    neutral[0] = 1;
    neutral[31] = sign;
    const auto read = verifying_key::of_certificate(with_key(pem, neutral));
    REQUIRE_FALSE(read);
    CHECK(read.error() == "the certificate's Ed25519 key is a point of small order");
  }
  std::string base_point(32, '\x66');
  base_point[0] = '\x58';
  CHECK(verifying_key::of_certificate(with_key(pem, base_point)));
}

TEST_CASE("a key file and a certificate that do not belong together are refused", "[23.1.3.1-01]") {
  const auto mine = made(key_type::ed25519), other = made(key_type::ed25519), third = made(key_type::p256);
  CHECK(error_of(signing_key::of(other.private_key_pem, mine.certificate_pem)) ==
        "the private key is not that of the first certificate");
  CHECK(error_of(signing_key::of(third.private_key_pem, mine.certificate_pem)) ==
        "the private key is not that of the first certificate");
  CHECK(error_of(signing_key::of(mine.private_key_pem, "")) == "there is no PEM certificate");
  CHECK(error_of(signing_key::of(mine.certificate_pem, mine.certificate_pem)) ==
        "there is no unencrypted PEM private key");
  auto cut = mine.certificate_pem;
  cut.erase(cut.size() / 2, 4);
  CHECK(error_of(signing_key::of(mine.private_key_pem, cut)) == "certificate 1 can't be read");
  CHECK(error_of(signing_key::of(mine.private_key_pem, mine.certificate_pem + cut)) == "certificate 2 can't be read");

  const auto chain =
      signing_key::of(mine.private_key_pem, "Subject: hub\n" + mine.certificate_pem + "then\n" + other.certificate_pem);
  REQUIRE(chain.has_value());
  CHECK(chain->certificate_chain() == mine.certificate_pem + other.certificate_pem);
  CHECK(chain->verifying() == verifying_key::of_certificate(mine.certificate_pem).value());
}

TEST_CASE("an encrypted private key is refused without asking anybody", "[23.1.3.1-01]") {
  EVP_PKEY* key = EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
  BIO* out = BIO_new(BIO_s_mem());
  char password[] = "secret";
  PEM_write_bio_PKCS8PrivateKey(out, key, EVP_aes_128_cbc(), password, 6, nullptr, nullptr);
  char* text = nullptr;
  const auto size = BIO_get_mem_data(out, &text);
  CHECK(error_of(signing_key::of({text, static_cast<std::size_t>(size)}, made(key_type::ed25519).certificate_pem)) ==
        "there is no unencrypted PEM private key");
  BIO_free_all(out);
  EVP_PKEY_free(key);
}

TEST_CASE("a key file that others can read is refused, by name", "[23.1.3.1-01]") {
  const tests::temporary_folder folder;
  const auto pair = made(key_type::p256);
  const auto key = folder.path() / "k.pem", certificate = folder.path() / "c.pem";
  std::ofstream(key) << pair.private_key_pem;
  std::ofstream(certificate) << pair.certificate_pem;
  std::filesystem::permissions(key, std::filesystem::perms(0640));
  CHECK(error_of(signing_key::load(key, certificate)).find("holds a private key, but others") != std::string::npos);
  std::filesystem::permissions(key, std::filesystem::perms(0600));
  CHECK(signing_key::load(key, certificate).value().verifying().algorithm() == "ES256");
  CHECK(error_of(signing_key::load(key, key)) ==
        key.string() + " and " + key.string() + ": there is no PEM certificate");
  CHECK(error_of(signing_key::load(key, folder.path() / "none")) ==
        "can't read certificates from " + (folder.path() / "none").string());
}

TEST_CASE("keys of other kinds are refused", "[23.1.3-02]") {
  const auto refused = [](EVP_PKEY* key) {
    X509* certificate = X509_new();
    X509_set_pubkey(certificate, key);
    X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 60);
    X509_sign(certificate, key, EVP_PKEY_get_base_id(key) == EVP_PKEY_ED448 ? nullptr : EVP_sha256());
    BIO* out = BIO_new(BIO_s_mem());
    PEM_write_bio_X509(out, certificate);
    char* text = nullptr;
    const auto size = BIO_get_mem_data(out, &text);
    const auto read = verifying_key::of_certificate({text, static_cast<std::size_t>(size)});
    BIO_free_all(out);
    X509_free(certificate);
    EVP_PKEY_free(key);
    return read ? std::string("taken") : read.error();
  };
  for (auto* key :
       {EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{2048}), EVP_PKEY_Q_keygen(nullptr, nullptr, "ED448"),
        EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-384"), EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "secp256k1")})
    CHECK(refused(key) == "the certificate's key is neither Ed25519 nor ECDSA on P-256");
}

TEST_CASE("one key signs and verifies on many threads at once", "[23.1.3-03]") {
  for (const auto type : {key_type::ed25519, key_type::p256}) {
    const auto mine = key_of(type);
    std::vector<std::thread> threads;
    std::atomic<int> right = 0;
    for (int i = 0; i < 4; ++i)
      threads.emplace_back([&, copy = mine, text = std::to_string(i)] {
        for (int j = 0; j < 50; ++j)
          right +=
              copy.verifying().verifies(text, copy.sign(text)) && !copy.verifying().verifies("no", copy.sign(text));
      });
    for (auto& each : threads)
      each.join();
    CHECK(right == 200);
  }
}

TEST_CASE("base64url leads back to the bytes", "[11.3-05]") {
  CHECK(write_base64url("") == "");
  CHECK(write_base64url("f") == "Zg");
  CHECK(write_base64url("fo") == "Zm8");
  CHECK(write_base64url("foo") == "Zm9v");
  CHECK(write_base64url("\xfb\xff\xbf") == "-_-_");
  CHECK(rc::check([](const std::string& bytes) { RC_ASSERT(read_base64url(write_base64url(bytes)) == bytes); }));
}
