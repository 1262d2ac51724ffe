// hostile: connections that mean no good, to a hub that serves others meanwhile. See bench/README.md.
#include "bench/hostile/crowd.hpp"
#include "bench/open_files.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <sys/resource.h>

#include <csignal>
#include <exception>
#include <iostream>

namespace {

volatile bool stop = false;

void end(int) {
  stop = true;
}

double own_cpu() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto of = [](const timeval& t) { return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6; };
  return of(used.ru_utime) + of(used.ru_stime);
}

} // namespace

int main(int argc, char** argv) {
  using namespace mpac::bench::hostile;
  CLI::App app("Hostile connections to a hub at 127.0.0.1, until SIGTERM; then what they did, as JSON.");
  std::uint32_t connections = 10000;
  std::uint16_t port = 8766;
  double pause = 1;
  plan how;
  app.add_option("--connections", connections, "Connections at a time")->capture_default_str();
  app.add_option("--port", port, "Port of the hub")->capture_default_str();
  app.add_option("--session", how.session, "Whose door they try")->capture_default_str();
  app.add_option("--addresses", how.addresses, "Addresses of this machine that they come from")
      ->check(CLI::Range(1, 65000))
      ->capture_default_str();
  app.add_option("--pause", pause, "Seconds until somebody who was thrown out comes again")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  how.pause = static_cast<std::int64_t>(pause * 1e9);
  how.hub.sin_family = AF_INET;
  how.hub.sin_port = htons(port);
  how.hub.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  mpac::bench::raise_open_files();
  std::signal(SIGTERM, end);
  std::signal(SIGINT, end);
  try {
    crowd all(how, connections);
    all.run(stop);
    const auto& d = all.done();
    fmt::print(R"({{"connections":{},"opened":{},"refused":{},"ended":{},"upgraded":{},"turned_away":{},"hellos":{},)"
               R"("answers":{},"admitted":{},"cpu_seconds":{:.3f}}})"
               "\n",
               connections, d.opened, d.refused, d.ended, d.upgraded, d.turned_away, d.hellos, d.answers, d.admitted,
               own_cpu());
    return d.admitted == 0 ? 0 : 1;
  } catch (const std::exception& error) {
    std::cerr << "hostile: " << error.what() << '\n';
    return 2;
  }
}
