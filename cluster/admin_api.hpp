// What the admin listener serves: health, metrics, and the sessions as JSON (docs: interfaces, "The admin listener").
#pragma once

#include "actors/handles.hpp"
#include "cluster/exported_log.hpp"
#include "cluster/given.hpp"
#include "net/http_house.hpp"

#include <caf/fwd.hpp>

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace mpac::cluster {

class metrics;
class session_catalog;

/// One of the things that have to hold before the hub is ready.
struct readiness_check {
  std::string name;
  bool passed = false;
  std::string detail; ///< for people; may be empty
};

struct admin_surroundings {
  actors::registry_actor registry;
  actors::journal_actor journal;
  std::shared_ptr<session_catalog> catalog;
  std::shared_ptr<const metrics> figures;
  /// Called on the admin thread; must not block it. Ready when all have passed and there is at least one.
  std::function<std::vector<readiness_check>()> readiness;
  /// Where transcripts are sorted and copies of the store are put.
  std::filesystem::path data_dir = {};
  bool is_durable = false; ///< there is a store to copy
  /// Called on any thread when the export of a transcript ends short.
  std::function<void(const protocol::session_id&, const std::string& why)> export_failed = {};
  /// Called on any thread: who vouches for the logs of sessions in the verified profile (SPEC 23.1.3.1), and what is
  /// not to leave with a transcript or a snapshot (SPEC 24).
  std::function<std::optional<log_witness>()> witness = {};
  std::function<redactions()> left_out = {};
  /// Called on any thread when somebody is given what was said or written in a session, or has the store copied (SPEC
  /// 24).
  std::function<void(const protocol::session_id&, given what, const std::string& peer)> was_given = {};
  std::function<void(const std::filesystem::path& to, const std::string& peer)> was_copied = {};
  /// Called on any thread when somebody is told that too much is under way.
  std::function<void(const std::string& peer)> was_busy = {};
};

/// Thread-safe. Answers out of the actors without blocking anybody; a session that is only asked about is never made.
/// Must outlive the listener that it serves and be destroyed before the actor system.
class admin_api final : public net::http_house {
public:
  admin_api(caf::actor_system& system, admin_surroundings around);
  ~admin_api() override;

  void handle(net::http_request request, std::shared_ptr<net::reply> answer) override;

  admin_api(const admin_api&) = delete;
  admin_api& operator=(const admin_api&) = delete;

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

} // namespace mpac::cluster
