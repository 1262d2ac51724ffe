// signature: what one signature costs here, made and checked by OpenSSL and nothing around it. See bench/README.md.
#include <openssl/ec.h>
#include <openssl/evp.h>

#include <poll.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
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

// A burst of so many tells what one costs; bursts are apart so that whoever is measured beside them keeps its core.
constexpr int burst = 16;
constexpr int pause_ms = 40;

// Microseconds of CPU time for one step, once it is warm again.
template <class Step>
double cost(Step step) {
  for (int i = 0; i < burst / 4; ++i)
    step();
  const double begin = cpu_now();
  for (int i = 0; i < burst; ++i)
    step();
  return (cpu_now() - begin) * 1e6 / burst;
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// Waits for the end of the pause; false when whoever started this has closed its input.
bool goes_on() {
  pollfd input{STDIN_FILENO, POLLIN, 0};
  return poll(&input, 1, pause_ms) == 0;
}

} // namespace

int main(int argc, char** argv) {
  const bool is_p256 = argc > 1 && std::strcmp(argv[1], "p256") == 0;
  if (argc != 2 || (!is_p256 && std::strcmp(argv[1], "ed25519") != 0)) {
    std::fputs("usage: signature ed25519|p256, until the input ends\n", stderr);
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
  std::vector<double> to_sign, to_check;
  do {
    to_sign.push_back(cost(sign));
    to_check.push_back(cost(check));
  } while (goes_on());
  std::printf("{\"sign_us\":%.3f,\"check_us\":%.3f}\n", median(to_sign), median(to_check));
}
