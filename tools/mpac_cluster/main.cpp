// mpac-cluster: reads its arguments, starts a hub, and waits for signals.
#include "cluster/hub.hpp"
#include "config/arguments.hpp"
#include "config/overrides.hpp"
#include "tools/both/key_making.hpp"
#include "tools/both/transcript_verification.hpp"
#include "tools/mpac_cluster/large_pages.hpp"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>
#include <thread>
#include <utility>
#include <variant>

#include <unistd.h>

namespace {

constexpr int exit_failed = 1;
constexpr int exit_cannot_start = 3;
/// Sessions and connections have their own, shorter terms; after this something is wrong.
constexpr std::chrono::seconds longest_stop{60};

/// The signals the hub answers, blocked in every thread so that `sigwait` alone sees them.
sigset_t block_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP})
    sigaddset(&set, signal);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  return set;
}

int next_signal(const sigset_t& set) {
  int signal = 0;
  sigwait(&set, &signal);
  return signal;
}

int sorry(const std::string& why) {
  std::cerr << "mpac-cluster: " << why << '\n';
  return exit_failed;
}

int make_key(const mpac::config::key_request& asked, const mpac::config::settings& configuration) {
  const auto& name = asked.common_name.empty() ? configuration.node.name : asked.common_name;
  constexpr auto holder = mpac::security::key_holder::coordinator;
  const auto made =
      mpac::tools::make_key(holder, *mpac::tools::key_type_of(asked.type), name, asked.valid_days, asked.out_dir);
  if (!made)
    return sorry(made.error());
  mpac::tools::describe(*made, holder, name, std::cout);
  return mpac::config::exit_clean;
}

int verify_transcript(const mpac::config::verification_request& asked) {
  const auto found = mpac::tools::verify_transcript_file(asked.file, asked.certificate);
  if (!found)
    return sorry(found.error());
  mpac::tools::describe(*found, !asked.certificate.empty(), std::cout);
  return mpac::config::exit_clean;
}

void reload(mpac::cluster::hub& hub, const mpac::config::arguments& given) {
  auto fresh = mpac::config::load(given.config, mpac::config::mpac_variables(environ), given.sets);
  if (!fresh) {
    const auto mistakes = fresh.error();
    for (const auto& mistake : mistakes)
      std::cerr << to_string(mistake) << '\n';
    std::cerr << "the configuration was not reloaded; the hub goes on with the one it has\n";
    return;
  }
  hub.reload(*fresh);
}

int serve(const mpac::config::run& with) {
  const auto signals = block_signals();
  auto started = mpac::cluster::hub::start(with.configuration, MPAC_VERSION, with.given.snapshots);
  if (!started) {
    std::cerr << "mpac-cluster: " << started.error().what << '\n';
    return started.error().is_bad_argument ? mpac::config::exit_bad_configuration : exit_cannot_start;
  }
  auto hub = std::move(*started);
  for (int signal = next_signal(signals); signal == SIGHUP; signal = next_signal(signals))
    reload(*hub, with.given);
  // A second signal does not wait for anything, and nobody waits for ever.
  std::thread impatience([&] {
    timespec patience{longest_stop.count(), 0};
    while (sigtimedwait(&signals, nullptr, &patience) == SIGHUP) {
    }
    std::_Exit(exit_failed);
  });
  impatience.detach();
  const bool is_kept = hub->stop();
  hub.reset();
  return is_kept ? mpac::config::exit_clean : exit_failed;
}

} // namespace

int main(int count, char** values) try {
  mpac::tools::use_large_pages();
  const auto asked = mpac::config::prepare(count, values, environ, MPAC_VERSION);
  if (const auto* leave = std::get_if<mpac::config::leave>(&asked)) {
    (leave->code == mpac::config::exit_clean ? std::cout : std::cerr) << leave->text;
    return leave->code;
  }
  const auto& with = std::get<mpac::config::run>(asked);
  if (with.given.key)
    return make_key(*with.given.key, with.configuration);
  if (with.given.transcript)
    return verify_transcript(*with.given.transcript);
  return serve(with);
} catch (const std::exception& why) {
  std::cerr << "mpac-cluster: " << why.what() << '\n';
  return exit_failed;
}
