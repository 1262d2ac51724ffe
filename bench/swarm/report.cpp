#include "bench/swarm/report.hpp"

#include <fmt/format.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <vector>

namespace mpac::bench::swarm {
namespace {

struct percentile_row {
  const char* label;
  double share;
};
constexpr std::array<percentile_row, 4> percentiles = {{{"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}, {"p99.9", 0.999}}};

constexpr std::array<percentile_row, 3> percentiles_of_a_second = {{{"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}}};

/// The median of all whole seconds' percentiles: what a usual second was like, however bad a few of them were. Seconds
/// in which nothing was due do not count.
std::uint64_t usual(const figures& of, double share) {
  std::vector<std::uint64_t> each;
  for (std::size_t i = 0; i + 1 < of.seconds.size(); ++i) // the last one is cut short
    if (of.seconds[i].count() != 0)
      each.push_back(of.seconds[i].percentile(share));
  if (each.empty())
    return 0;
  const auto middle = each.begin() + static_cast<std::ptrdiff_t>(each.size() / 2);
  std::nth_element(each.begin(), middle, each.end());
  return *middle;
}

double a_second(std::uint64_t count, const outcome& r) {
  return r.seconds > 0 ? static_cast<double>(count) / r.seconds : 0;
}

double microseconds(std::uint64_t nanoseconds) {
  return static_cast<double>(nanoseconds) / 1000;
}

// The hub's work between two readings.
struct hub_figures {
  double user, system;                 // seconds
  double per_delivery, per_frame;      // microseconds
  std::uint64_t before, joined, until; // bytes resident
};

std::optional<hub_figures> hub_of(const outcome& r) {
  if (!r.before || !r.joined_at || !r.from || !r.until)
    return std::nullopt;
  const double user = r.until->user - r.from->user, system = r.until->system - r.from->system;
  const auto& m = r.counted.measured;
  const auto each = [&](std::uint64_t count) {
    return count != 0 ? (user + system) * 1e6 / static_cast<double>(count) : 0;
  };
  return hub_figures{user,
                     system,
                     each(m.deliveries),
                     each(m.deliveries + m.notices),
                     r.before->resident,
                     r.joined_at->resident,
                     r.until->resident};
}

using writer = rapidjson::Writer<rapidjson::StringBuffer>;

void member(writer& json, const char* key, std::uint64_t value) {
  json.Key(key);
  json.Uint64(value);
}

void member(writer& json, const char* key, double value) {
  json.Key(key);
  json.Double(value);
}

template <class Map>
void table(writer& json, const char* key, const Map& counts) {
  json.Key(key);
  json.StartObject();
  for (const auto& [what, count] : counts) {
    json.Key(fmt::format("{}", what).c_str());
    json.Uint64(count);
  }
  json.EndObject();
}

template <class Map>
std::string list(const Map& counts) {
  std::string text;
  for (const auto& [what, count] : counts)
    fmt::format_to(std::back_inserter(text), "{}{} {}", text.empty() ? "" : ", ", what, count);
  return text.empty() ? "none" : text;
}

} // namespace

std::string text_report(const options& asked, const outcome& r) {
  const auto& m = r.counted.measured;
  std::string text;
  const auto line = [&]<class... T>(fmt::format_string<T...> format, T&&... arguments) {
    fmt::format_to(std::back_inserter(text), format, std::forward<T>(arguments)...);
    text += '\n';
  };
  line("sessions x participants  {} x {}, joined {} in {:.2f} s", asked.sessions, asked.participants, r.joined,
       r.join_seconds);
  if (asked.intents != 0)
    line("kept intents             {} a session, announced in {:.2f} s", asked.intents, r.fill_seconds);
  line("measured                 {:.2f} s", r.seconds);
  line("requests                 {} ({:.0f}/s)", m.requests, a_second(m.requests, r));
  line("deliveries               {} ({:.0f}/s), {} other messages, {:.1f} MB/s", m.deliveries,
       a_second(m.deliveries, r), m.notices, a_second(m.bytes_received, r) / 1e6);
  if (m.conflicts != 0)
    line("conflicts                {} ({:.0f}/s), in which {} of {} intents were", m.conflicts,
         a_second(m.conflicts, r), m.disputed, m.announced);
  text += "latency                 ";
  for (const auto& row : percentiles)
    fmt::format_to(std::back_inserter(text), " {} {:.0f} us ", row.label,
                   microseconds(m.latency.percentile(row.share)));
  line(" max {:.0f} us", microseconds(m.latency.max()));
  if (m.seconds.size() > 1) {
    text += "latency, a usual second ";
    for (const auto& row : percentiles_of_a_second)
      fmt::format_to(std::back_inserter(text), " {} {:.0f} us ", row.label, microseconds(usual(m, row.share)));
    text += '\n';
  }
  line("refused                  {} of {}: {}", r.counted.refused, r.counted.sent, list(r.counted.errors));
  line("heard besides            {}", list(r.counted.kinds));
  line("closed by the other side {}", list(r.counted.closes));
  if (const auto hub = hub_of(r)) {
    line("hub CPU                  user {:.2f} s, system {:.2f} s, {:.3f} us for each delivery, {:.3f} us for each "
         "frame",
         hub->user, hub->system, hub->per_delivery, hub->per_frame);
    line("hub memory               {} KiB before, {} KiB joined, {} KiB at the end", hub->before / 1024,
         hub->joined / 1024, hub->until / 1024);
  }
  line("swarm CPU                {:.2f} s in {:.2f} s of {} threads", r.own_cpu_seconds, r.seconds, asked.threads);
  line("checks                   {}",
       r.counted.failures == 0 ? "passed" : fmt::format("{} FAILED", r.counted.failures));
  for (const auto& what : r.counted.failure_texts)
    line("  {}", what);
  return text;
}

std::string json_report(const options& asked, const outcome& r) {
  const auto& m = r.counted.measured;
  rapidjson::StringBuffer buffer;
  writer json(buffer);
  json.SetMaxDecimalPlaces(6);
  json.StartObject();
  member(json, "sessions", std::uint64_t{asked.sessions});
  member(json, "participants", std::uint64_t{asked.participants});
  member(json, "joined", r.joined);
  member(json, "join_seconds", r.join_seconds);
  member(json, "fill_seconds", r.fill_seconds);
  member(json, "seconds", r.seconds);
  member(json, "requests", m.requests);
  member(json, "requests_per_second", a_second(m.requests, r));
  member(json, "deliveries", m.deliveries);
  member(json, "deliveries_per_second", a_second(m.deliveries, r));
  member(json, "notices", m.notices);
  member(json, "bytes_received", m.bytes_received);
  member(json, "announced", m.announced);
  member(json, "disputed", m.disputed);
  member(json, "conflicts", m.conflicts);
  json.Key("latency_us");
  json.StartObject();
  for (const auto& row : percentiles)
    member(json, row.label, microseconds(m.latency.percentile(row.share)));
  member(json, "max", microseconds(m.latency.max()));
  json.EndObject();
  if (m.seconds.size() > 1) {
    json.Key("latency_us_of_a_second");
    json.StartObject();
    for (const auto& row : percentiles_of_a_second)
      member(json, row.label, microseconds(usual(m, row.share)));
    json.EndObject();
  }
  member(json, "sent", r.counted.sent);
  member(json, "echoed", r.counted.echoed);
  member(json, "refused", r.counted.refused);
  table(json, "errors", r.counted.errors);
  table(json, "kinds", r.counted.kinds);
  table(json, "closes", r.counted.closes);
  if (const auto hub = hub_of(r)) {
    json.Key("hub");
    json.StartObject();
    member(json, "user_seconds", hub->user);
    member(json, "system_seconds", hub->system);
    member(json, "us_per_delivery", hub->per_delivery);
    member(json, "us_per_frame", hub->per_frame);
    member(json, "rss_before", hub->before);
    member(json, "rss_joined", hub->joined);
    member(json, "rss_end", hub->until);
    json.EndObject();
  }
  member(json, "swarm_cpu_seconds", r.own_cpu_seconds);
  member(json, "check_failures", r.counted.failures);
  json.Key("failures");
  json.StartArray();
  for (const auto& what : r.counted.failure_texts)
    json.String(what.c_str());
  json.EndArray();
  json.EndObject();
  return std::string(buffer.GetString()) + '\n';
}

} // namespace mpac::bench::swarm
