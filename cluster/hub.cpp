#include "cluster/hub.hpp"

#include "actors/journal.hpp"
#include "actors/registry.hpp"
#include "cluster/admin_api.hpp"
#include "cluster/chronicle.hpp"
#include "cluster/coordinator_keys.hpp"
#include "cluster/door_options.hpp"
#include "cluster/gateway.hpp"
#include "cluster/log.hpp"
#include "cluster/loop_scheduler.hpp"
#include "cluster/metrics.hpp"
#include "cluster/redaction_list.hpp"
#include "cluster/session_catalog.hpp"
#include "cluster/snapshot_import.hpp"
#include "cluster/store_opening.hpp"
#include "cluster/threads.hpp"
#include "cluster/tls_loading.hpp"
#include "cluster/trust.hpp"
#include "config/reload.hpp"
#include "config/warnings.hpp"
#include "net/admin_listener.hpp"
#include "net/listener.hpp"
#include "net/loops.hpp"

#include <caf/all.hpp>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <future>
#include <optional>
#include <stdexcept>
#include <system_error>
#include <utility>

#include <sys/resource.h>
#include <unistd.h>

namespace mpac::cluster {
namespace {

// How long the sessions may take to tell their people, and the connections to take their leave.
constexpr std::chrono::seconds farewell_time{10};
constexpr std::chrono::seconds close_time{5};

/// What the operator asked for can't be done.
struct bad_arguments : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct actor_configuration : caf::actor_system_config {
  explicit actor_configuration(const thread_plan& threads, loop_jobs& jobs, net::loops& loops) {
    set("logger.verbosity", caf::atom("quiet"));
    if (threads.workers == 0) {
      schedule_on_loops(*this, jobs, loops);
    } else {
      // One queue with sleeping workers: stealing ones poll, which costs idle hubs CPU and busy ones latency.
      set("scheduler.policy", caf::atom("sharing"));
      set("scheduler.max-threads", threads.workers);
    }
  }
};

actors::house_limits limits_of(const config::settings& from) {
  return {from.store.idle_unload,
          from.limits.sessions,
          from.limits.messages_per_sec,
          static_cast<double>(from.limits.burst),
          {from.limits.participants_per_session, from.limits.intents_per_participant}};
}

/// As many connections as are allowed need as many descriptors.
void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
    limit.rlim_cur = limit.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &limit);
  }
}

/// Scripts wait for this file: it appears whole or not at all.
void write_listen_file(const std::filesystem::path& dir, std::uint16_t port, std::uint16_t admin_port) {
  std::filesystem::create_directories(dir);
  const auto file = dir / "listen.json";
  auto draft = file;
  draft += ".new";
  std::ofstream out(draft);
  out << "{\"port\":" << port << ",\"admin_port\":" << admin_port << ",\"pid\":" << getpid() << "}\n";
  out.close();
  if (!out)
    throw std::runtime_error("node.data_dir: can't write " + draft.string());
  std::filesystem::rename(draft, file);
}

} // namespace

/// The parts list: each is made of those above it, and ends before them.
struct hub::parts {
  parts(const config::settings& how, std::string version, workspaces loaded, security::verifiers_by_type embedded)
      : running(how), journal_of_events(how.log), threads(plan_threads(how.listen)), figures(std::move(version)),
        watch(std::make_shared<chronicle>(figures, journal_of_events, left_out)), believed(how, std::move(embedded)),
        catalog(std::make_shared<session_catalog>(how, std::move(loaded), believed.facts())),
        loops(threads.loops, threads.workers == 0 ? &jobs : nullptr,
              [this](const std::string& why) {
                journal_of_events.error("loop", "goes on after a mistake in the program", {{"err", why}});
              }),
        actor_settings(threads, jobs, loops) {}

  config::settings running;
  std::shared_ptr<redaction_list> left_out = std::make_shared<redaction_list>(running.privacy.redact);
  log journal_of_events;
  thread_plan threads;
  metrics figures;
  std::shared_ptr<chronicle> watch;
  trust believed;
  std::shared_ptr<session_catalog> catalog;
  loop_jobs jobs;
  net::loops loops;
  actor_configuration actor_settings;
  std::optional<caf::actor_system> actors;
  actors::journal_actor journal;
  actors::registry_actor registry;
  std::optional<gateway> door;
  std::optional<net::listener> street;
  std::optional<admin_api> admin_house;
  std::optional<net::admin_listener> side_door;
  std::shared_ptr<const net::tls_context> tls; // of the street; null: plain
  std::uint16_t port = 0;
  std::uint16_t admin_port = 0;
  std::atomic<bool> open{false};
  bool stopped = false;
  bool is_durable = false;
  bool all_is_kept = true; // as far as `stop` knows

  std::vector<readiness_check> readiness() const {
    return {{"listening", open.load(), open.load() ? "" : "not taking connections"},
            {"store", watch->store_answers(), watch->store_answers() ? "" : "the journal can't keep decisions"}};
  }

  /// These three read certificates, keys and the token (again), or throw why not.
  void load_certificates() {
    auto loaded = load_tls(running.listen.tls);
    if (!loaded)
      throw std::runtime_error(loaded.error());
    tls = std::move(*loaded);
    if (const auto note = certificate_warning(tls.get(), running.listen.tls.cert_file); !note.empty())
      journal_of_events.warn("tls", note);
  }

  std::shared_ptr<const net::tls_context> admin_certificates() {
    auto loaded = load_tls(running.admin.tls);
    if (!loaded)
      throw std::runtime_error(loaded.error());
    if (const auto note = certificate_warning(loaded->get(), running.admin.tls.cert_file); !note.empty())
      journal_of_events.warn("tls", note);
    return std::move(*loaded);
  }

  std::string admin_token() {
    auto read = read_admin_token(running.admin.token_file);
    if (!read.warning.empty())
      journal_of_events.warn("admin", read.warning);
    return std::move(read.text);
  }

  /// Makes sessions of these snapshots first.
  void start(const std::vector<std::string>& snapshots);
  void stop();
};

void hub::parts::start(const std::vector<std::string>& snapshots) {
  load_certificates();
  raise_descriptor_limit();
  loops.start();
  actors.emplace(actor_settings);
  auto engine = open_store(running);
  is_durable = engine->is_durable();
  for (const auto& file : snapshots) {
    const auto imported = import_snapshot(file, *catalog, *engine);
    if (!imported)
      throw bad_arguments(imported.error());
    journal_of_events.info("store", "a snapshot was imported", {{"session_id", imported->str()}, {"file", file}});
  }
  journal = actors::spawn_journal(*actors, std::move(engine), watch);
  actors::registry_terms terms;
  terms.journal = journal;
  terms.source = catalog->source();
  terms.resumes = [catalog = catalog](const protocol::session& facts) { return catalog->policy_for_resumed(facts); };
  terms.is_named = [catalog = catalog](const protocol::session_id& id) { return catalog->is_named(id); };
  terms.has_left = [catalog = catalog, tenants = believed.tenants()](const protocol::session_id& id, bool is_over) {
    catalog->forget(id, is_over);
    tenants->left(id);
  };
  terms.has_failed = [tenants = believed.tenants()](const protocol::session_id& id) { tenants->left(id); };
  terms.coordinator_key = believed.guards()->coordinator_key;
  terms.watch = watch;
  terms.idle_unload = running.store.idle_unload;
  terms.sessions_limit = running.limits.sessions;
  terms.messages_per_sec = running.limits.messages_per_sec;
  terms.burst = static_cast<double>(running.limits.burst);
  terms.session_limits = limits_of(running).session;
  registry = actors->spawn(actors::registry_room, std::move(terms));
  door.emplace(*actors, registry, *catalog, watch, believed.guards(), loops.count());
  street.emplace(loops, *door, street_options(running, tls, figures, journal_of_events));
  figures.read_from([this] {
    readings now;
    now.traffic = street->traffic();
    now.refusals = street->refusals();
    now.connections = street->connections();
    now.queues = {{"actors", jobs.waiting()}};
    return now;
  });

  if (running.admin.enabled) {
    admin_house.emplace(
        *actors,
        admin_surroundings{
            registry, journal, catalog, std::shared_ptr<const metrics>(watch, &figures), [this] { return readiness(); },
            running.node.data_dir, is_durable,
            [watch = watch](const protocol::session_id& id, const std::string& why) {
              watch->transcript_failed(id, why);
            },
            [key = believed.guards()->coordinator_key, former = former_certificates(running.coordinator)] {
              return key ? std::optional(log_witness{*key, former}) : std::nullopt;
            },
            [list = left_out] { return list->now(); },
            [watch = watch](const protocol::session_id& id, given what, const std::string& peer) {
              watch->was_given(id, what, peer);
            },
            [watch = watch](const std::filesystem::path& to, const std::string& peer) { watch->was_copied(to, peer); },
            [watch = watch](const std::string& peer) { watch->admin_refused(net::admin_refused::busy, peer); }});
    side_door.emplace(*admin_house,
                      admin_options(running, admin_token(), admin_certificates(), watch, believed.admin_attempts()));
    const auto bound = side_door->open();
    if (!bound)
      throw std::runtime_error("admin: " + bound.error());
    admin_port = *bound;
  }
  const auto bound = street->open();
  if (!bound)
    throw std::runtime_error("listen: " + bound.error());
  port = *bound;
  open = true;
  write_listen_file(running.node.data_dir, port, admin_port);
  journal_of_events.info(
      "hub", "ready",
      {{"node", running.node.name},
       {"listen", running.listen.address + ":" + std::to_string(port) + (tls ? " (TLS)" : "")},
       {"admin", running.admin.enabled ? running.admin.address + ":" + std::to_string(admin_port) : "off"},
       {"loops", std::to_string(threads.loops)},
       {"workers", threads.workers == 0 ? "the loops" : std::to_string(threads.workers)}});
}

void hub::parts::stop() {
  if (std::exchange(stopped, true) || !actors)
    return;
  journal_of_events.info("hub", "stops");
  open = false; // readiness first, so that balancers look elsewhere
  if (street)
    street->stop_accepting();
  if (registry) {
    // What lives in memory alone nobody takes over: its sessions end (SPEC 9.6.1). Durable ones pause.
    caf::scoped_actor self{*actors};
    self->request(registry, farewell_time, actors::stop_all{!is_durable})
        .receive([](bool) {},
                 [this](const caf::error&) {
                   journal_of_events.warn("hub", "some sessions did not take their leave in time");
                 });
    self->request(journal, farewell_time, actors::close_journal{})
        .receive(
            [this](bool is_kept) {
              all_is_kept = is_kept;
              if (!is_kept)
                journal_of_events.error("hub", "what was decided last could not be kept; nobody was told of it");
            },
            [this](const caf::error&) {
              all_is_kept = false;
              journal_of_events.error("hub", "the store did not close in time");
            });
  }
  side_door.reset(); // its figures read the street
  admin_house.reset();
  if (street) {
    std::promise<void> gone;
    street->close_all(is_durable ? net::close_code::service_restart : net::close_code::going_away, "the hub stops",
                      close_time, [&] { gone.set_value(); });
    gone.get_future().wait();
    street.reset();
  }
  caf::anon_send_exit(registry, caf::exit_reason::user_shutdown);
  caf::anon_send_exit(journal, caf::exit_reason::user_shutdown);
  registry = nullptr;
  journal = nullptr;
  door.reset();
  believed.close();
  // Whoever is left has nobody to talk to; waiting for it would be waiting for ever.
  actors->await_actors_before_shutdown(false);
  if (threads.workers != 0)
    let_go_of_actors(loops); // they spawned the participants
  actors.reset();            // while the loops run: they carry its last actors out
  loops.stop();
  journal_of_events.info("hub", "stopped");
}

hub::hub(std::unique_ptr<parts> made) : parts_(std::move(made)) {}

hub::~hub() {
  if (parts_)
    parts_->stop();
}

base::result<std::unique_ptr<hub>, start_failure> hub::start(const config::settings& how, std::string version,
                                                             const std::vector<std::string>& snapshots,
                                                             security::verifiers_by_type embedded) {
  try {
    std::vector<std::string> notes;
    auto loaded = load_workspaces(how, notes);
    if (!loaded)
      return start_failure{loaded.error().text, false};
    auto made = std::unique_ptr<hub>(
        new hub(std::make_unique<parts>(how, std::move(version), std::move(*loaded), std::move(embedded))));
    auto& journal = made->parts_->journal_of_events;
    for (const auto& note : config::warnings(how))
      journal.warn("config", note);
    for (const auto& note : notes)
      journal.warn("workspace", note);
    made->parts_->start(snapshots);
    return made;
  } catch (const bad_arguments& why) {
    return start_failure{why.what(), true};
  } catch (const std::exception& why) {
    return start_failure{why.what(), false};
  }
}

std::uint16_t hub::port() const noexcept {
  return parts_->port;
}

std::uint16_t hub::admin_port() const noexcept {
  return parts_->admin_port;
}

void hub::reload(const config::settings& fresh) {
  auto& at = *parts_;
  auto& journal = at.journal_of_events;
  const auto plan = config::plan_reload(at.running, fresh);
  if (const auto warning = plan.warning(); !warning.empty())
    journal.warn("config", warning);
  std::vector<std::string> notes;
  auto loaded = load_workspaces(plan.effective, notes);
  if (!loaded) {
    journal.error("config", "not reloaded", {{"err", loaded.error().text}});
    return;
  }
  for (const auto& note : config::new_warnings(at.running, plan.effective))
    journal.warn("config", note);
  at.running = plan.effective;
  journal.set_level(at.running.log.level);
  at.left_out->change(at.running.privacy.redact);
  if (const auto faults = at.believed.reload(at.running); !faults.empty())
    journal.error("auth", "how credentials are verified stays as it was", {{"err", faults}});
  at.catalog->change(at.running, std::move(*loaded), at.believed.facts());
  try {
    at.load_certificates();
  } catch (const std::exception& why) {
    journal.error("tls", "the certificates stay as they were", {{"err", why.what()}});
  }
  at.street->change(street_options(at.running, at.tls, at.figures, journal));
  if (at.side_door) {
    try {
      at.side_door->change_token(at.admin_token());
    } catch (const std::exception& why) {
      journal.error("config", "the admin token stays as it was", {{"err", why.what()}});
    }
    try {
      at.side_door->change_tls(at.admin_certificates());
    } catch (const std::exception& why) {
      journal.error("tls", "the admin listener's certificates stay as they were", {{"err", why.what()}});
    }
  }
  caf::anon_send(at.registry, actors::refresh_policies{[catalog = at.catalog](const protocol::session_id& id) {
                                                         return catalog->policy_for_running(id);
                                                       },
                                                       limits_of(at.running)});
  std::string changed;
  for (const auto& key : plan.applied)
    changed += (changed.empty() ? "" : " ") + key;
  journal.info("config", "reloaded", {{"changed", changed.empty() ? "nothing" : changed}});
}

bool hub::stop() {
  parts_->stop();
  return parts_->all_is_kept;
}

} // namespace mpac::cluster
