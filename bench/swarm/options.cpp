#include "bench/swarm/options.hpp"

#include <CLI/CLI.hpp>

#include <map>

namespace mpac::bench::swarm {
namespace {

const std::map<std::string, scenario> scenarios = {
    {"announce-commit-withdraw", scenario::announce_commit_withdraw},
    {"announce-withdraw", scenario::announce_withdraw},
    {"idle", scenario::idle},
    {"connect-only", scenario::connect_only},
};

// ws://host:port/path, the port and the path optional.
void take_url(std::string url, options& o) {
  const std::string prefix = o.ca.empty() ? "ws://" : "wss://";
  if (url.rfind(prefix, 0) != 0)
    throw CLI::ValidationError("--url", "must begin with ws://, or wss:// with --ca");
  url.erase(0, prefix.size());
  if (const auto slash = url.find('/'); slash != std::string::npos) {
    o.path = url.substr(slash);
    url.erase(slash);
  }
  if (const auto colon = url.rfind(':'); colon != std::string::npos) {
    unsigned port = 0;
    if (!CLI::detail::lexical_cast(url.substr(colon + 1), port) || port == 0 || port > 65535)
      throw CLI::ValidationError("--url", "has no valid port");
    o.port = static_cast<std::uint16_t>(port);
    url.erase(colon);
  }
  o.host = url;
}

void describe(CLI::App& app, options& o, std::string& url) {
  app.add_option("--url", url, "ws://HOST:PORT/session/{n}; {n} is the session's number, {run} the run's tag");
  app.add_option("--host", o.host, "Address of the hub (IPv4)")->capture_default_str();
  app.add_option("--port", o.port, "Port of the hub")->capture_default_str();
  app.add_option("--sessions", o.sessions, "Sessions")->check(CLI::Range(1, 65536))->capture_default_str();
  app.add_option("--participants", o.participants, "Participants of each session")
      ->check(CLI::Range(1, 4096))
      ->capture_default_str();
  auto* duration = app.add_option("--duration", o.duration, "Seconds of load, or of staying in the quiet scenarios")
                       ->check(CLI::NonNegativeNumber)
                       ->capture_default_str();
  app.add_option("--rounds", o.rounds, "Tasks of each participant, instead of --duration")->excludes(duration);
  app.add_option("--warmup", o.warmup, "Seconds of load before the figures begin")->check(CLI::NonNegativeNumber);
  app.add_option("--outstanding", o.outstanding, "Tasks of a participant under way at once (closed loop)")
      ->check(CLI::Range(1, 65536))
      ->capture_default_str();
  app.add_option("--think-ms", o.think_ms, "Mean pause before each request (half to one and a half of it)")
      ->check(CLI::NonNegativeNumber);
  app.add_option("--rate", o.rate,
                 "Requests a second of the whole swarm, on schedule; latency counts from the schedule")
      ->check(CLI::NonNegativeNumber);
  app.add_option("--overlap", o.overlap, "Share of announces that also name the session's common file, 0 to 1")
      ->check(CLI::Range(0.0, 1.0));
  app.add_flag("--acknowledge", o.acknowledge, "Both parties of a conflict acknowledge it (CONFLICT_ACK)");
  app.add_option("--resolve", o.resolve,
                 "Share of conflicts resolved by whose intent was there first, as owner, once acknowledged (implies "
                 "--acknowledge); from the others both parties step back and withdraw without a commit")
      ->check(CLI::Range(0.0, 1.0));
  app.add_option("--ramp", o.ramp, "New connections a second; 0 = as fast as they are accepted")
      ->check(CLI::NonNegativeNumber);
  app.add_option("--drain", o.drain, "Seconds without any answer after which what is awaited counts as lost")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  app.add_option("--intents", o.intents, "Intents of each session announced before the load and kept");
  app.add_option("--conflicts", o.conflicts,
                 "Conflicts of each session brought about before the load and kept open; two intents each, in files of "
                 "their own");
  app.add_option("--scenario", o.what, "announce-commit-withdraw | announce-withdraw | idle | connect-only")
      ->transform(CLI::CheckedTransformer(scenarios));
  app.add_option("--threads", o.threads, "Threads of the swarm")->check(CLI::Range(1, 64))->capture_default_str();
  app.add_option("--ca", o.ca, "Speak TLS (wss://), and trust the certificates in this PEM file")
      ->check(CLI::ExistingFile);
  auto* sign =
      app.add_option("--sign", o.sign,
                     "Sign everything; the folder holds 0000.key and 0000.pem (its chain), and so on by participant")
          ->check(CLI::ExistingDirectory);
  app.add_option("--api-key", o.api_key, "Bring this credential; {p} is the participant's number")->excludes(sign);
  app.add_option("--pid", o.pid, "Process whose CPU time and memory are measured")->check(CLI::NonNegativeNumber);
  app.add_flag("--relay", o.relay, "The target is a relay: it echoes HELLO instead of answering it");
  app.add_flag("--check,!--no-check", o.check, "Exit 1 when something was lost, doubled, changed or out of order");
  app.add_flag("--allow-refusals", o.refusals_allowed, "PROTOCOL_ERRORs do not fail the check (implied by --overlap)");
  app.add_flag("--json", o.json, "Print the report as one JSON object");
  app.add_flag("--quiet", o.quiet, "No progress lines");
  app.add_option("--seed", o.seed, "Seed of all random choices")->capture_default_str();
}

} // namespace

std::optional<options> read_options(int argc, char** argv, int& exit_code) {
  CLI::App app("Simulated agents that load an MPAC hub and check what they receive.");
  options o;
  std::string url;
  describe(app, o, url);
  try {
    app.parse(argc, argv);
    if (!url.empty())
      take_url(url, o);
    if (o.path.find("{n}") == std::string::npos && o.sessions > 1)
      throw CLI::ValidationError("--url", "needs {n} for more than one session");
    if (o.conflicts != 0 && o.participants < 2)
      throw CLI::ValidationError("--conflicts", "needs two participants");
  } catch (const CLI::ParseError& error) {
    exit_code = app.exit(error) == 0 ? 0 : 2;
    return std::nullopt;
  }
  o.acknowledge = o.acknowledge || o.resolve > 0;
  o.refusals_allowed = o.refusals_allowed || o.overlap > 0;
  return o;
}

} // namespace mpac::bench::swarm
