#include "security/key_generation.hpp"

#include "security/signing_key.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/catch_result.hpp"
#include "tests/support/temporary_folder.hpp"

#include <fstream>
#include <iterator>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

using namespace mpac;
using namespace mpac::security;

namespace {

const base::instant now{std::chrono::hours{24 * 20000}};

std::string contents(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

} // namespace

TEST_CASE("a made key can be loaded, and its certificate says whose it is and that it only signs", "[23.1.3.1-01]") {
  const tests::temporary_folder folder;
  for (const auto type : {key_type::ed25519, key_type::p256}) {
    const auto into = folder.path() / (type == key_type::ed25519 ? "a" : "b") / "deeper";
    const auto files = write_key_pair({type, "hub 1/ö", now, std::chrono::days{30}}, into).value();
    CHECK(files.key == into / "coordinator.key");
    CHECK(files.certificate == into / "coordinator.pem");
    CHECK(std::filesystem::status(files.key).permissions() == std::filesystem::perms(0600));
    const auto loaded = signing_key::load(files.key, files.certificate);
    REQUIRE(loaded.has_value());
    CHECK(loaded->verifying().key_id() == files.key_id);

    const auto pem = contents(files.certificate);
    BIO* in = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
    X509* certificate = PEM_read_bio_X509(in, nullptr, nullptr, nullptr);
    REQUIRE(certificate);
    CHECK(X509_check_host(certificate, "hub", 3, 0, nullptr) != 1);
    CHECK(X509_verify(certificate, X509_get0_pubkey(certificate)) == 1);
    CHECK(X509_check_ca(certificate) == 0);
    CHECK(X509_get_key_usage(certificate) == KU_DIGITAL_SIGNATURE);
    const auto* name = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(X509_get_subject_name(certificate), 0));
    CHECK(std::string(reinterpret_cast<const char*>(ASN1_STRING_get0_data(name)),
                      static_cast<std::size_t>(ASN1_STRING_length(name))) == "hub 1/ö");
    auto* names = static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
    REQUIRE(names);
    const auto* uri = sk_GENERAL_NAME_value(names, 0)->d.uniformResourceIdentifier;
    CHECK(std::string(reinterpret_cast<const char*>(uri->data), static_cast<std::size_t>(uri->length)) ==
          "urn:mpac:coordinator:hub%201%2F%C3%B6");
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
    CHECK(X509_cmp_time(X509_get0_notBefore(certificate), std::array<time_t, 1>{seconds}.data()) == -1);
    CHECK(X509_cmp_time(X509_get0_notAfter(certificate), std::array<time_t, 1>{seconds + 30 * 86'400 - 1}.data()) == 1);
    CHECK(X509_cmp_time(X509_get0_notAfter(certificate), std::array<time_t, 1>{seconds + 30 * 86'400 + 1}.data()) ==
          -1);
    GENERAL_NAMES_free(names);
    X509_free(certificate);
    BIO_free_all(in);
  }
}

TEST_CASE("a participant's certificate has its principal id and no name of a coordinator", "[23.1.4-08]") {
  const tests::temporary_folder folder;
  const auto files = write_key_pair({.type = key_type::ed25519,
                                     .common_name = "agent:alice",
                                     .valid_from = now,
                                     .holder = key_holder::participant},
                                    folder.path())
                         .value();
  CHECK(files.key == folder.path() / "participant.key");
  CHECK(files.certificate == folder.path() / "participant.pem");
  CHECK(signing_key::load(files.key, files.certificate).has_value());
  const auto pem = contents(files.certificate);
  BIO* in = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
  X509* certificate = PEM_read_bio_X509(in, nullptr, nullptr, nullptr);
  REQUIRE(certificate);
  CHECK(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr) == nullptr);
  X509_free(certificate);
  BIO_free_all(in);
}

TEST_CASE("a key that is there is never overwritten", "[23.1.3.1-01]") {
  const tests::temporary_folder folder;
  const auto files = write_key_pair({key_type::ed25519, "hub", now}, folder.path()).value();
  const auto before = contents(files.key);
  const auto again = write_key_pair({key_type::ed25519, "hub", now}, folder.path());
  REQUIRE_FALSE(again);
  CHECK(again.error() == files.key.string() + " is there already; move it away, or give another folder");
  std::filesystem::remove(files.key);
  CHECK(write_key_pair({key_type::ed25519, "hub", now}, folder.path()).error() ==
        files.certificate.string() + " is there already; move it away, or give another folder");
  CHECK_FALSE(std::filesystem::exists(files.key));
  CHECK_FALSE(before.empty());
}

TEST_CASE("a name that no certificate can carry is refused", "[23.1.3.1-01]") {
  for (const auto& name : {std::string(), std::string(65, 'a'), std::string("\xff"), std::string("a\0b", 3)})
    CHECK(generate_key({key_type::ed25519, name, now}).error() == "the common name must have 1 to 64 bytes of UTF-8");
  CHECK(generate_key({key_type::p256, std::string(64, 'a'), now}).has_value());
  CHECK(generate_key({key_type::p256, "a", now, std::chrono::days{0}}).error() ==
        "the certificate must be valid for at least a day");
}
