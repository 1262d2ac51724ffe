// signature: what one signature costs here, made and checked by OpenSSL and nothing around it. See bench/README.md.
#include <openssl/ec.h>
#include <openssl/evp.h>

#include <time.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

namespace {

using key = std::unique_ptr<EVP_PKEY, decltype([](EVP_PKEY* k) { EVP_PKEY_free(k); })>;
using context = std::unique_ptr<EVP_MD_CTX, decltype([](EVP_MD_CTX* c) { EVP_MD_CTX_free(c); })>;

constexpr std::size_t message_size = 500; // of a usual frame

void must(bool good) {
  if (good)
    return;
  std::fputs("signature: OpenSSL failed\n", stderr);
  std::exit(2);
}

double cpu_now() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

// Microseconds of CPU time for each, over so many seconds of it.
template <class Step>
double cost(double seconds, Step step) {
  const double begin = cpu_now();
  double end = begin;
  std::size_t done = 0;
  for (; end < begin + seconds; end = cpu_now())
    for (int i = 0; i < 16; ++i, ++done)
      step();
  return (end - begin) * 1e6 / static_cast<double>(done);
}

} // namespace

int main(int argc, char** argv) {
  const bool is_p256 = argc > 1 && std::strcmp(argv[1], "p256") == 0;
  const double seconds = argc > 2 ? std::atof(argv[2]) : 0;
  if ((!is_p256 && (argc < 2 || std::strcmp(argv[1], "ed25519") != 0)) || seconds <= 0) {
    std::fputs("usage: signature ed25519|p256 SECONDS\n", stderr);
    return 2;
  }
  const key by(is_p256 ? EVP_EC_gen("P-256") : EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  must(by != nullptr);
  const auto* const digest = is_p256 ? EVP_sha256() : nullptr;
  const std::vector<unsigned char> message(message_size, 'm');
  std::vector<unsigned char> made(128);
  std::size_t size = 0;
  const auto sign = [&] {
    const context c(EVP_MD_CTX_new());
    size = made.size();
    must(EVP_DigestSignInit(c.get(), nullptr, digest, nullptr, by.get()) == 1 &&
         EVP_DigestSign(c.get(), made.data(), &size, message.data(), message.size()) == 1);
  };
  const auto check = [&] {
    const context c(EVP_MD_CTX_new());
    must(EVP_DigestVerifyInit(c.get(), nullptr, digest, nullptr, by.get()) == 1 &&
         EVP_DigestVerify(c.get(), made.data(), size, message.data(), message.size()) == 1);
  };
  sign(), check(); // what OpenSSL makes ready once
  const double to_sign = cost(seconds, sign), to_check = cost(seconds, check);
  std::printf("{\"sign_us\":%.3f,\"check_us\":%.3f}\n", to_sign, to_check);
}
