// What both listeners are told, out of the configuration.
#pragma once

#include "cluster/chronicle.hpp"
#include "cluster/guards.hpp"
#include "config/settings.hpp"
#include "net/admin_listener.hpp"
#include "net/listen_options.hpp"

#include <memory>
#include <string>

namespace mpac::cluster {

/// Of the street door. Counts into `figures` and logs into `journal`, which must outlive the listener.
[[nodiscard]] net::listen_options street_options(const config::settings& from,
                                                 std::shared_ptr<const net::tls_context> tls, metrics& figures,
                                                 log& journal);

/// Of the side door: who guesses at its token is counted in `attempts`, and refusals are told to `watch`.
[[nodiscard]] net::admin_options admin_options(const config::settings& from, std::string token,
                                               std::shared_ptr<const net::tls_context> tls,
                                               std::shared_ptr<chronicle> watch,
                                               std::shared_ptr<failed_attempts> attempts);

struct admin_token {
  std::string text;    ///< empty: nobody needs one
  std::string warning; ///< for the log; empty: nothing is the matter
};

/// The token in the first line of the file, none when no file is named. Throws std::runtime_error that names the file.
/// One that others can read is taken, and warned of: where secrets are mounted their modes are not the operator's to
/// choose.
[[nodiscard]] admin_token read_admin_token(const std::string& file);

} // namespace mpac::cluster
