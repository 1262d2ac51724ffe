// Credentials that somebody else judges over HTTP: the handler of `custom` that an operator configures (SPEC 23.1.4).
#pragma once

#include "cluster/webhook_terms.hpp"
#include "security/credential_verifier.hpp"

#include <cstddef>
#include <memory>

namespace mpac::cluster {

/// How many requests are under way at once, and how many wait for their turn; what comes beyond is `is_unavailable`.
struct webhook_bounds {
  std::size_t at_once = 16;
  std::size_t waiting = 256;
};

/// Asks by POST, a connection for each question, on a thread of its own. No answer within the timeout, which counts
/// waiting too, is `is_unavailable`: nobody gets in while the service is away, but for whom it accepted just before.
/// Redirects are not followed. At most 64 KiB of an answer are read, and a
/// credential that is longer is refused. Thread-safe.
class webhook_verifier final : public security::credential_verifier {
public:
  explicit webhook_verifier(std::shared_ptr<const webhook_terms> terms, webhook_bounds bounds = {});
  ~webhook_verifier() override;

  /// Whoever still waits, and whoever asks from now on, is told that it is unavailable; when it returns nobody is told
  /// anything on the other thread any more, unless it is called on that. Waits for a name that is being looked up.
  void close();

  /// From the next question on; forgets what was accepted.
  void change(std::shared_ptr<const webhook_terms> terms);

  /// Answers at once what it remembers, anything else later on its own thread.
  void verify(security::credential_request asked,
              std::function<void(security::credential_verdict)> done) const override;

  webhook_verifier(const webhook_verifier&) = delete;
  webhook_verifier& operator=(const webhook_verifier&) = delete;

private:
  struct asking;
  class office;
  class question;

  std::shared_ptr<office> office_;
};

} // namespace mpac::cluster
