// A house without actors and sockets: one session, its disputes and the doors of its connections, driven by the pure
// core under a clock that the test moves.
#pragma once

#include "protocol/admission.hpp"
#include "protocol/conflict.hpp"
#include "protocol/decide.hpp"
#include "protocol/session_image.hpp"
#include "protocol/wire/decoder.hpp"
#include "tests/support/correspondence.hpp"

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mpac::tests {

/// Everything happens at once: a message is decoded, admitted, decided and told before `send` returns, and a dispute
/// answers what it is asked without delay.
class pure_house : public stage, public correspondence {
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
  [[nodiscard]] bool can_restart() const override { return true; }
  void restart(base::duration downtime) override;
  void close_session(protocol::close_reason reason, protocol::close_disposition intents) override;
  void change_policy(protocol::shared_policy policy) override;
  std::string overview() override;

  // For tests written in C++

  /// The same with what another coordinator wrote down: the session goes on from there.
  void restart_from(protocol::session_image image, base::duration downtime);
  /// Who verifies credentials here (SPEC 23.1.4): nobody, so that a session beyond the open profile admits nobody.
  using vouching = std::function<std::shared_ptr<const protocol::verified_identity>(const protocol::envelope&)>;
  void vouches(vouching how) { vouch_ = std::move(how); }
  /// Connects and says HELLO; forgets the answer.
  void join(const std::string& line, std::string_view hello_members = "");
  [[nodiscard]] const protocol::session& facts() const noexcept { return *facts_; }
  /// All decisions since the session was opened.
  [[nodiscard]] const std::vector<protocol::decision>& decisions() const noexcept { return decisions_; }
  [[nodiscard]] protocol::seat_number seat_of(const std::string& line) const { return lines_.at(line).seat; }

protected:
  /// After each decision, before anybody is told: a house of another make may do something with it and the session.
  virtual void absorbed(const protocol::decision& /*made*/, protocol::session& /*facts*/) {}

private:
  struct connection {
    protocol::seat_number seat = 0;
    std::unique_ptr<protocol::admission> door;
    std::deque<std::string> inbox;
    bool is_open = true;
    std::optional<int> closed_with;
  };

  void set_terms();
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
  vouching vouch_;
  base::instant now_{};
};

} // namespace mpac::tests
