#include "cluster/metrics.hpp"

#include "cluster/census.hpp"
#include "cluster/counters.hpp"
#include "cluster/metrics_text.hpp"

#include <atomic>
#include <memory>
#include <mutex>
#include <utility>

namespace mpac::cluster {
namespace {

/// Numbers threads as they first count something.
std::size_t thread_number() {
  static std::atomic<std::size_t> threads{0};
  thread_local const std::size_t mine = threads.fetch_add(1, std::memory_order_relaxed);
  return mine;
}

template <class E>
constexpr std::size_t place_of(E value) {
  return static_cast<std::size_t>(value);
}

// The enums' own order is that of their lists, so that a value is its place.
template <class E>
constexpr bool is_in_order() {
  for (std::size_t i = 0; i < protocol::word_list<E>::words.size(); ++i)
    if (place_of(protocol::word_list<E>::words[i].first) != i)
      return false;
  return true;
}
static_assert(is_in_order<protocol::message_kind>());
static_assert(is_in_order<protocol::error_code>());
static_assert(place_of(actors::dismissal::credential_expired) + 1 == dismissal_words.size());

std::size_t duty_place(std::string_view name) {
  std::size_t i = 0;
  while (i + 1 < duty_words.size() && duty_words[i] != name)
    ++i;
  return i;
}

message_outcome outcome_of(const protocol::decision& what) {
  if (what.cause.error || what.cause.outcome == "refused")
    return message_outcome::refused;
  return what.consultations.empty() ? message_outcome::accepted : message_outcome::consulted;
}

} // namespace

struct metrics::impl {
  explicit impl(std::string version) : version(std::move(version)) {}

  counters& mine() { return sets[thread_number() % sets.size()]; }

  std::array<counters, counter_sets> sets;
  cluster::census census;
  std::atomic<bool> journal_fails{false};
  std::string version;
  mutable std::mutex guard;
  std::function<readings()> source; // guarded by guard
};

metrics::metrics(std::string version) : impl_(std::make_unique<impl>(std::move(version))) {}
metrics::~metrics() = default;

void metrics::read_from(std::function<readings()> source) {
  const std::lock_guard lock(impl_->guard);
  impl_->source = std::move(source);
}

void metrics::frame_written(base::duration since_read) noexcept {
  const auto micros = since_read.count() > 0 ? static_cast<std::uint64_t>(since_read.count()) : 0;
  impl_->mine().latency.observe(micros, latency_bounds);
}

std::string metrics::text() const {
  figures all;
  {
    const std::lock_guard lock(impl_->guard);
    if (impl_->source)
      all.read = impl_->source();
  }
  all.version = impl_->version;
  all.sessions = impl_->census.sessions();
  all.participants = impl_->census.participants();
  all.conflicts = impl_->census.conflicts();
  all.journal_fails = impl_->journal_fails.load(std::memory_order_relaxed);
  return metrics_text(impl_->sets, all);
}

void metrics::session_opened(const protocol::session_id& id) {
  impl_->census.opened(id);
}

void metrics::session_unloaded(const protocol::session_id& id) {
  impl_->census.unloaded(id);
}

void metrics::session_failed(const protocol::session_id& id, const std::string&, bool) {
  impl_->mine().sessions_failed.raise();
  impl_->census.failed(id);
}

void metrics::decided(const protocol::session_id& id, const protocol::decision& what) {
  auto& count = impl_->mine();
  const auto& why = what.cause;
  if (why.error)
    count.errors[place_of(*why.error)].raise();
  if (why.kind)
    count.messages[place_of(*why.kind)][place_of(outcome_of(what))].raise();
  else if (why.outcome == "sideband")
    count.messages[sideband_type][place_of(outcome_of(what))].raise();
  else if (why.error)
    count.messages[unknown_type][place_of(message_outcome::refused)].raise();
  else
    count.duties[duty_place(why.outcome)].raise();
  impl_->census.follow(id, what);
}

void metrics::delivered(std::size_t frames) {
  impl_->mine().deliveries.raise(frames);
}

void metrics::was_given(given what) {
  impl_->mine().given[place_of(what)].raise();
}

void metrics::was_copied() {
  impl_->mine().backups.raise();
}

void metrics::admin_refused(net::admin_refused why) {
  impl_->mine().admin_refusals[place_of(why)].raise();
}

void metrics::refused(protocol::error_code why) {
  auto& count = impl_->mine();
  count.errors[place_of(why)].raise();
  count.messages[unknown_type][place_of(message_outcome::refused)].raise();
}

void metrics::dismissed(actors::dismissal why) {
  impl_->mine().dismissals[place_of(why)].raise();
}

void metrics::ignored() {
  impl_->mine().messages[unknown_type][place_of(message_outcome::ignored)].raise();
}

void metrics::journal_kept(std::size_t decisions) {
  impl_->mine().batches.observe(decisions, batch_bounds);
}

void metrics::journal_failed(const std::string&) {
  impl_->mine().journal_failures.raise();
  impl_->journal_fails.store(true, std::memory_order_relaxed);
}

void metrics::journal_recovered() {
  impl_->journal_fails.store(false, std::memory_order_relaxed);
}

} // namespace mpac::cluster
