// The envelope round what a test says: ids, clocks and the members nobody wants to write each time (SPEC 11).
#pragma once

#include "base/clock.hpp"
#include "protocol/ids.hpp"
#include "tests/support/notation.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace mpac::tests {

/// The principal who speaks on a connection: `alice` on `alice` and on `alice/2`.
std::string principal_of(std::string_view line);

/// Writes the messages of all who talk in one session. Each connection's Lamport clock follows SPEC 12.7: one up before
/// each message, and past everything it has heard.
class message_writer {
public:
  explicit message_writer(protocol::session_id session) : session_(std::move(session)) {}

  /// The text of one message. Members left out are filled in where the specification demands them and a test seldom
  /// cares (README.md has the list); members given as absent are left out.
  std::string write(const std::string& line, notation said, base::instant now);

  /// Takes note of what a connection heard.
  void heard(const std::string& line, const json_value& frame);

  /// The id of the last message written for a connection.
  [[nodiscard]] const std::string& last_message(const std::string& line) { return speakers_[line].last_message; }

private:
  struct speaker {
    std::uint64_t lamport = 0;
    int messages = 0;
    std::string last_message;
  };
  protocol::session_id session_;
  std::map<std::string, speaker, std::less<>> speakers_;
};

} // namespace mpac::tests
