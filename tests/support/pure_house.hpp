// A house without actors and sockets: one session, its disputes and the doors of its connections, driven by the pure
// core under a clock that the test moves.
#pragma once

#include "protocol/admission.hpp"
#include "protocol/conflict.hpp"
#include "protocol/decide.hpp"
#include "protocol/wire/decoder.hpp"
#include "tests/support/message_writer.hpp"
#include "tests/support/stage.hpp"

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mpac::tests {

/// Everything happens at once: a message is decoded, admitted, decided and told before `send` returns, and a dispute
/// answers what it is asked without delay.
class pure_house final : public stage {
public:
  explicit pure_house(opening how = {});

  // stage
  void open(const opening& how) override;
  void connect(const std::string& line) override;
  void disconnect(const std::string& line) override;
  void send(const std::string& line, std::string_view text) override;
  void pong(const std::string& line) override;
  std::optional<std::string> hear(const std::string& line) override;
  std::optional<int> closed_with(const std::string& line) override;
  void wait(base::duration span) override;
  [[nodiscard]] base::instant now() const override { return now_; }
  void close_session(protocol::close_reason reason) override;
  void change_policy(protocol::shared_policy policy) override;
  std::string overview() override;
  [[nodiscard]] bool has_virtual_time() const override { return true; }

  // For tests written in C++: one line of notation is one message.

  /// Connects and says HELLO; forgets the answer.
  void join(const std::string& line, std::string_view hello_members = "");
  /// `says("alice", "INTENT_ANNOUNCE intent_id=i1 scope=[a.py]")`; gives the message id.
  std::string says(const std::string& line, std::string_view notation);
  /// The text `says` would send.
  std::string letter(const std::string& line, std::string_view notation);
  /// Everything that came in since last asked, parsed.
  std::vector<json_document> heard(const std::string& line);
  /// Whether the next frame is what the line of notation wants; fails with an explanation otherwise.
  [[nodiscard]] bool hears(const std::string& line, std::string_view notation);
  [[nodiscard]] bool hears_nothing(const std::string& line);
  /// What names stand for (`$c`).
  [[nodiscard]] bindings& names() noexcept { return names_; }
  /// Why the last `hears` or `hears_nothing` was false.
  [[nodiscard]] const std::string& why() const noexcept { return why_; }

  [[nodiscard]] const protocol::session& facts() const noexcept { return *facts_; }
  /// All decisions since the session was opened.
  [[nodiscard]] const std::vector<protocol::decision>& decisions() const noexcept { return decisions_; }
  [[nodiscard]] protocol::seat_number seat_of(const std::string& line) const { return lines_.at(line).seat; }

private:
  struct connection {
    protocol::seat_number seat = 0;
    std::unique_ptr<protocol::admission> door;
    std::deque<std::string> inbox;
    bool is_open = true;
    std::optional<int> closed_with;
  };

  void settle_deadlines();
  void live(protocol::decision made);
  void keep(protocol::decision&& made);
  void follow(const protocol::decision& made);
  void tell(const protocol::notice& what);
  protocol::replay tell_again(const protocol::replay_request& asked);
  void put_before(const std::shared_ptr<const protocol::deliberation>& question);
  connection* at(protocol::seat_number seat);

  std::optional<protocol::session> facts_;
  std::map<protocol::conflict_id, protocol::dispute> disputes_;
  std::vector<protocol::decision> decisions_;
  std::shared_ptr<const protocol::admission_terms> terms_;
  protocol::decoder decoder_;
  std::map<std::string, connection> lines_;
  protocol::seat_number seats_ = 0;
  base::instant now_{};
  message_writer writer_{protocol::session_id{"talk"}};
  bindings names_;
  std::string why_;
};

} // namespace mpac::tests
