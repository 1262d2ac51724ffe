// A house with everything: a hub of its own, spoken to over WebSockets by agents and over HTTP by its operator. Its
// time is real.
#pragma once

#include "cluster/hub.hpp"
#include "tests/cluster/agent.hpp"
#include "tests/support/stage.hpp"

#include <cstdint>
#include <deque>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace mpac::cluster::tests {

/// How the hub divides its work (listen.threads, listen.workers).
struct staffing {
  std::uint32_t loops = 1;
  std::uint32_t workers = 1;
};

/// What an agent says and what it hears are seen as far as its socket goes. To know that something has been worked off,
/// the house sends a marker after it: a message so broken that the hub refuses it, by name, to its sender alone, from
/// whomever it comes and however the session stands. What the hub does with one message it has done, and told to all,
/// before it refuses the next one of that connection; so when a connection hears of its marker it has heard everything.
class hub_house final : public mpac::tests::stage {
public:
  explicit hub_house(staffing with);
  ~hub_house() override;
  hub_house(const hub_house&) = delete;
  hub_house& operator=(const hub_house&) = delete;

  void open(const mpac::tests::opening& how) override;
  void connect(const std::string& line) override;
  void disconnect(const std::string& line) override;
  void send(const std::string& line, std::string_view text) override;
  void pong(const std::string& line) override;
  std::optional<std::string> hear(const std::string& line) override;
  std::optional<int> closed_with(const std::string& line) override;
  [[noreturn]] void wait(base::duration span) override;
  [[nodiscard]] base::instant now() const override { return base::now(); }
  /// Nobody can give a running hub another reason than `manual`.
  void close_session(protocol::close_reason reason, protocol::close_disposition intents) override;
  void change_policy(protocol::shared_policy policy) override;
  std::string overview() override;

private:
  struct connection {
    std::unique_ptr<agent> socket;
    std::deque<std::string> inbox;
    std::uint64_t heard_all_of = 0; ///< all that was done until then
  };

  /// Whatever `line` does next comes after what the others have done.
  void take_turn(const std::string& line);
  /// Waits until all that was done so far has been worked off, and `line` has heard what it has to hear of it.
  void settle(const std::string& line);
  void settle_speaker();
  void mark(connection& at);
  /// The body of the answer to a request about the session, with this status.
  std::string ask_operator(std::string_view method, std::string_view status, const std::string& query = {});

  staffing with_;
  config::settings how_;
  std::string session_;
  std::filesystem::path folder_;
  std::unique_ptr<hub> hub_;
  std::map<std::string, connection> lines_;
  std::string speaker_;     ///< whose words may be under way still; empty: nobody's
  std::uint64_t deeds_ = 0; ///< how much was done that somebody may hear of
  std::uint64_t markers_ = 0;
};

} // namespace mpac::cluster::tests
