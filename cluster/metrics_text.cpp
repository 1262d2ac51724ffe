#include "cluster/metrics_text.hpp"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <limits>
#include <utility>
#include <vector>

namespace mpac::cluster {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using labels = std::vector<ClientMetric::Label>;

std::string lower(std::string_view word) {
  std::string text(word);
  for (char& c : text)
    if (c >= 'A' && c <= 'Z')
      c = static_cast<char>(c - 'A' + 'a');
  return text;
}

std::string type_word(std::size_t type) {
  if (type < kind_count)
    return lower(protocol::words_of<protocol::message_kind>[type]);
  return type == sideband_type ? "sideband" : "unknown";
}

class exposition {
public:
  explicit exposition(std::span<const counters> sets) : sets_(sets) {}

  MetricFamily& family(std::string name, std::string help, MetricType type) {
    return families_.emplace_back(MetricFamily{"mpac_" + std::move(name), std::move(help), type, {}});
  }
  static void add(MetricFamily& to, double value, labels with = {}) {
    ClientMetric one;
    one.label = std::move(with);
    (to.type == MetricType::Counter ? one.counter.value : one.gauge.value) = value;
    to.metric.push_back(std::move(one));
  }
  void counter(std::string name, std::string help, std::uint64_t value) {
    add(family(std::move(name), std::move(help), MetricType::Counter), static_cast<double>(value));
  }
  void gauge(std::string name, std::string help, double value) {
    add(family(std::move(name), std::move(help), MetricType::Gauge), value);
  }

  /// The sum over all threads of what `pick` finds in one thread's counters.
  template <class Pick>
  [[nodiscard]] std::uint64_t sum(Pick pick) const {
    std::uint64_t total = 0;
    for (const auto& set : sets_)
      total += pick(set).read();
    return total;
  }

  /// `unit`: how many of the counted make one of what is told.
  template <std::size_t Bounds, class Pick>
  void histogram(std::string name, std::string help, const std::array<std::uint64_t, Bounds>& bounds, double unit,
                 Pick pick) {
    auto& to = family(std::move(name), std::move(help), MetricType::Histogram);
    ClientMetric one;
    std::uint64_t below = 0;
    for (std::size_t i = 0; i <= Bounds; ++i) {
      below += sum([&](const counters& set) -> const tally& { return pick(set).buckets[i]; });
      const double bound = i < Bounds ? static_cast<double>(bounds[i]) / unit : std::numeric_limits<double>::infinity();
      one.histogram.bucket.push_back({below, bound});
    }
    one.histogram.sample_count = below;
    one.histogram.sample_sum =
        static_cast<double>(sum([&](const counters& set) -> const tally& { return pick(set).sum; })) / unit;
    to.metric.push_back(std::move(one));
  }

  [[nodiscard]] std::string text() const { return prometheus::TextSerializer().Serialize(families_); }

private:
  std::span<const counters> sets_;
  std::vector<MetricFamily> families_;
};

void tell_protocol(exposition& to, const figures& all) {
  auto& messages =
      to.family("messages_total", "Messages of participants, by type and by what became of them.", MetricType::Counter);
  for (std::size_t type = 0; type < type_count; ++type)
    for (std::size_t outcome = 0; outcome < outcome_words.size(); ++outcome)
      if (const auto count = to.sum([&](const counters& set) -> const tally& { return set.messages[type][outcome]; }))
        to.add(messages, static_cast<double>(count),
               {{"type", type_word(type)}, {"outcome", std::string(outcome_words[outcome])}});
  auto& errors = to.family("errors_total", "Messages refused, by error code.", MetricType::Counter);
  for (std::size_t code = 0; code < error_count; ++code)
    if (const auto count = to.sum([&](const counters& set) -> const tally& { return set.errors[code]; }))
      to.add(errors, static_cast<double>(count),
             {{"code", std::string(protocol::words_of<protocol::error_code>[code])}});
  auto& duties =
      to.family("duties_total", "Decisions that no message brought about, by their cause.", MetricType::Counter);
  for (std::size_t duty = 0; duty < duty_words.size(); ++duty)
    if (const auto count = to.sum([&](const counters& set) -> const tally& { return set.duties[duty]; }))
      to.add(duties, static_cast<double>(count), {{"cause", std::string(duty_words[duty])}});
  auto& dismissals = to.family("connections_dismissed_total",
                               "WebSockets closed on the way to a session or in it, by reason.", MetricType::Counter);
  for (std::size_t why = 0; why < dismissal_words.size(); ++why)
    to.add(dismissals,
           static_cast<double>(to.sum([&](const counters& set) -> const tally& { return set.dismissals[why]; })),
           {{"reason", std::string(dismissal_words[why])}});
  to.counter("deliveries_total", "Frames handed to connections.",
             to.sum([](const counters& set) -> const tally& { return set.deliveries; }));
  to.gauge("sessions", "Sessions in memory.", static_cast<double>(all.sessions));
  to.gauge("participants", "Participants connected.", static_cast<double>(all.participants));
  to.gauge("conflicts_open", "Conflicts that are not settled.", static_cast<double>(all.conflicts));
  to.counter("sessions_failed_total", "Sessions ended by a mistake in the hub.",
             to.sum([](const counters& set) -> const tally& { return set.sessions_failed; }));
  struct row {
    given what;
    const char* name;
    const char* help;
  };
  constexpr std::array rows{
      row{given::transcript, "transcripts_read_total", "Transcripts that somebody was given."},
      row{given::snapshot, "snapshots_read_total", "Snapshots that somebody was given."},
      row{given::whole_snapshot, "whole_snapshots_read_total",
          "Snapshots that somebody was given with what privacy.redact leaves out."},
      row{given::file_list, "file_lists_read_total", "Lists of a workspace's files that somebody was given."},
      row{given::file, "files_read_total", "Files that somebody was given."},
  };
  static_assert(rows.size() == given_words.size());
  for (const auto& each : rows)
    to.counter(each.name, each.help, to.sum([&](const counters& set) -> const tally& {
      return set.given[static_cast<std::size_t>(each.what)];
    }));
  to.counter("backups_made_total", "Copies of the store that somebody had made.",
             to.sum([](const counters& set) -> const tally& { return set.backups; }));
}

void tell_journal(exposition& to, const figures& all) {
  to.histogram(
      "journal_batch_size", "Decisions the journal kept together.", batch_bounds, 1,
      [](const counters& set) -> auto& { return set.batches; });
  to.counter("journal_failures_total", "Times the journal began to fail.",
             to.sum([](const counters& set) -> const tally& { return set.journal_failures; }));
  to.gauge("journal_failing", "1 while the journal cannot keep anything.", all.journal_fails ? 1 : 0);
}

void tell_traffic(exposition& to, const figures& all) {
  using net::counted;
  struct row {
    counted what;
    const char* name;
    const char* help;
  };
  constexpr std::array rows{
      row{counted::opened, "connections_opened_total", "WebSockets let in."},
      row{counted::ended, "connections_closed_total", "WebSockets gone."},
      row{counted::messages_in, "frames_received_total", "Messages read from peers."},
      row{counted::frames_out, "frames_queued_total", "Frames queued for peers."},
      row{counted::bytes_in, "bytes_received_total", "Bytes read from peers."},
      row{counted::bytes_out, "bytes_sent_total", "Bytes written to peers."},
      row{counted::reads, "socket_reads_total", "System calls that read."},
      row{counted::writes, "socket_writes_total", "System calls that wrote."},
      row{counted::slow_consumers, "slow_consumer_closes_total", "Connections closed for reading too slowly."},
      row{counted::silent_peers, "silent_peer_closes_total", "Connections dropped for saying nothing."},
      row{counted::too_large, "too_large_closes_total", "Connections closed for a message that was too large."},
      row{counted::never_admitted, "hello_timeout_closes_total",
          "Connections closed without an accepted HELLO in time."},
  };
  static_assert(rows.size() == net::counted_kinds);
  to.gauge("connections", "WebSockets open.", static_cast<double>(all.read.connections));
  for (const auto& each : rows)
    to.counter(each.name, each.help, all.read.traffic[each.what]);
  constexpr std::array<const char*, net::refused_kinds> reasons{
      "full",   "address_connections", "address_rate", "handshake_timeout", "tls", "origin",
      "request"}; // in the enum's order
  auto& refusals = to.family("connections_refused_total", "Connections that did not become WebSockets, by reason.",
                             MetricType::Counter);
  for (std::size_t i = 0; i < reasons.size(); ++i)
    to.add(refusals, static_cast<double>(all.read.refusals[i]), {{"reason", reasons[i]}});
  constexpr std::array<const char*, net::admin_refused_kinds> admin_reasons{
      "no_token", "wrong_token", "address_attempts", "origin", "host", "connections", "busy"}; // in the enum's order
  auto& admin = to.family("admin_refused_total", "Requests and connections that the admin listener refused, by reason.",
                          MetricType::Counter);
  for (std::size_t i = 0; i < admin_reasons.size(); ++i)
    to.add(admin,
           static_cast<double>(to.sum([&](const counters& set) -> const tally& { return set.admin_refusals[i]; })),
           {{"reason", admin_reasons[i]}});
  auto& queues = to.family("queue_depth", "What waits, by queue.", MetricType::Gauge);
  for (const auto& queue : all.read.queues)
    to.add(queues, static_cast<double>(queue.depth), {{"queue", queue.name}});
  to.histogram(
      "frame_latency_seconds", "From a frame read to a frame written.", latency_bounds, 1e6,
      [](const counters& set) -> auto& { return set.latency; });
}

} // namespace

std::string metrics_text(std::span<const counters> sets, const figures& all) {
  exposition to(sets);
  to.add(to.family("build_info", "Always 1; the label tells the version.", MetricType::Gauge), 1,
         {{"version", all.version}});
  tell_protocol(to, all);
  tell_journal(to, all);
  tell_traffic(to, all);
  return to.text();
}

} // namespace mpac::cluster
