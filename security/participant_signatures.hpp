// The signatures of a transcript's participants, checked with the keys that they have brought into it (SPEC 23.1.3,
// 23.1.6).
#pragma once

#include "security/verifying_key.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace mpac::security {

/// What is known of one message's signature.
struct signature_verdict {
  enum class kind {
    good,
    unknown_key, ///< it names a key that may have been brought in where the transcript does not tell
    bad
  };
  kind is = kind::bad;
  std::string why; ///< of what is bad: a sentence for the auditor
};

/// Who signs with what, as it becomes known from one message to the next: a participant's HELLO brings the chain of its
/// key, and the `key_rotation` of a HEARTBEAT that of the next. Earlier keys stay good, for how long the coordinator
/// took them is not told. Whether an authority vouches for a chain is not asked here. For one thread at a time.
class participant_signatures {
public:
  /// `is_whole`: nothing came before the first message.
  explicit participant_signatures(bool is_whole) : is_whole_(is_whole) {}

  /// Whether its sender has signed the message. A HELLO is checked with the key that it brings.
  [[nodiscard]] signature_verdict check(std::string_view message) const;
  /// Takes the key that an accepted message brings, if it does.
  void learn(std::string_view message);
  /// The same of one that is told redacted: where it may have brought a key that was taken out, that of a later
  /// signature may be unknown.
  void learn_redacted(std::string_view message);

private:
  struct known {
    std::vector<verifying_key> keys;
    bool may_have_others = false;
  };

  bool is_whole_;
  std::map<std::string, known, std::less<>> people_; // by principal
};

} // namespace mpac::security
