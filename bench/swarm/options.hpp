// What the swarm is asked to do.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace mpac::bench::swarm {

/// Which messages a participant sends; see bench/README.md.
enum class scenario { announce_commit_withdraw, announce_withdraw, idle, connect_only };

/// The command line. Times are in seconds unless the name says otherwise.
struct options {
  std::string host = "127.0.0.1";
  std::uint16_t port = 8766;
  std::string path = "/session/swarm-{run}-{n}"; ///< {n}: the session's number, {run}: the run's own tag
  std::uint32_t sessions = 10;
  std::uint32_t participants = 4; ///< in each session
  double duration = 10;           ///< of the load, or of the stay in the quiet scenarios
  std::uint64_t rounds = 0;       ///< tasks of each participant, instead of `duration`
  double warmup = 0;              ///< load before the figures begin
  std::uint32_t outstanding = 1;  ///< tasks of a participant under way at once
  double think_ms = 0;            ///< mean pause before each request
  double rate = 0;          ///< requests a second of the whole swarm, on schedule whatever the answers; 0 = closed loop
  double overlap = 0;       ///< share of announces that also name the session's common file
  bool acknowledge = false; ///< both parties acknowledge each conflict
  double resolve = 0;       ///< share of conflicts that are resolved; from the others both parties step back
  double ramp = 0;          ///< new connections a second; 0 = as fast as they are accepted
  double drain = 10;        ///< longest wait for an answer that would end the run
  std::uint64_t intents = 0;   ///< intents of a session announced before the load and kept
  std::uint64_t conflicts = 0; ///< conflicts of a session brought about before the load and kept open
  scenario what = scenario::announce_commit_withdraw;
  std::uint32_t threads = 1;
  std::string ca;      ///< PEM of who has issued the hub's certificate; set: TLS
  std::string sign;    ///< folder with a key and a certificate for each participant; set: all is signed
  std::string api_key; ///< each participant's credential, {p}: its number
  int pid = 0;         ///< the hub's, to measure it; 0 = do not
  bool relay = false;  ///< the target relays everything: no SESSION_INFO comes
  bool check = true;   ///< a failed check fails the run
  bool refusals_allowed = false;
  bool json = false;
  bool quiet = false;
  std::uint64_t seed = 1;
};

/// Reads the command line. Nothing when the program is to end with `exit_code` (help, or bad arguments: 2).
std::optional<options> read_options(int argc, char** argv, int& exit_code);

} // namespace mpac::bench::swarm
