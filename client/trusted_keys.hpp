// Whose signatures a participant believes, and of whom it asks for one (SPEC 23.1.3, 23.1.3.1, 23.1.6).
#pragma once

#include "base/result.hpp"
#include "client/options.hpp"
#include "protocol/envelope.hpp"
#include "security/certificate_chains.hpp"
#include "security/verifying_key.hpp"

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace mpac::client {

/// In the verified profile everything has to be signed; in the authenticated one what the coordinator says, where
/// SESSION_INFO tells its certificate. Errors are sentences. For one thread at a time.
class trusted_keys {
public:
  /// The error says what is wrong with `trust.participant_authorities`.
  [[nodiscard]] static base::result<trusted_keys, std::string> of(const trust_options& trust);

  /// One's own key, which nobody tells: one's messages come back with its signatures.
  void learn_own(const protocol::principal_id& me, const security::verifying_key& key);

  /// SESSION_INFO: takes the coordinator's key that it tells, if it is the one that is expected and has signed it, and
  /// those of the participants. `text` is the frame.
  [[nodiscard]] base::result<void, std::string> begin(const protocol::session_info& told, std::string_view text,
                                                      base::instant now);

  /// Whether a frame is signed by the coordinator, if that is asked for; the sideband's answers too.
  [[nodiscard]] base::result<void, std::string> check_coordinators(std::string_view text) const;
  /// The same of a message that was passed on. A key that was replaced is good for its grace (SPEC 23.1.6), and for
  /// what was said before and `is_missed`.
  [[nodiscard]] base::result<void, std::string> check_participants(std::string_view text,
                                                                   const protocol::principal_id& sender,
                                                                   base::instant now, bool is_missed) const;

  /// The `keys` of PARTICIPANT_KEYS, or `participant_keys` of SESSION_INFO: a JSON object that has such a list.
  void learn(std::string_view object, std::string_view list, base::instant now);

private:
  struct held_key {
    security::verifying_key key;
    base::instant until = base::never;
  };

  trusted_keys() = default;

  std::string pinned_;
  std::shared_ptr<const security::certificate_chains> authorities_; // null: keys are believed as they are told
  protocol::session_id session_;
  bool everybody_signs_ = false;
  // The newest last.
  std::vector<security::verifying_key> coordinators_;
  std::map<protocol::principal_id, std::vector<held_key>> participants_;

  void hold(const protocol::principal_id& who, security::verifying_key key, base::instant others_until);
};

} // namespace mpac::client
