#include "cluster/metrics.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/pure_house.hpp"

#include <thread>

using namespace mpac;
using namespace std::chrono_literals;
using mpac::cluster::metrics;
using mpac::cluster::readings;
using mpac::tests::pure_house;

namespace {

const protocol::session_id talk("talk");

bool has_line(const std::string& text, const std::string& line) {
  return ("\n" + text).find("\n" + line + "\n") != std::string::npos;
}

/// All that was decided in a house, from `first` on, told to the metrics.
void tell(metrics& to, const pure_house& house, std::size_t first = 0) {
  for (auto i = first; i < house.decisions().size(); ++i)
    to.decided(talk, house.decisions()[i]);
}

} // namespace

TEST_CASE("every family is there from the beginning", "[metrics]") {
  const auto text = metrics("1.2.3").text();
  for (const std::string family : {"build_info",
                                   "messages_total",
                                   "errors_total",
                                   "duties_total",
                                   "deliveries_total",
                                   "sessions",
                                   "participants",
                                   "conflicts_open",
                                   "sessions_failed_total",
                                   "journal_batch_size",
                                   "journal_failures_total",
                                   "connections",
                                   "bytes_received_total",
                                   "bytes_sent_total",
                                   "socket_reads_total",
                                   "socket_writes_total",
                                   "slow_consumer_closes_total",
                                   "queue_depth",
                                   "frame_latency_seconds",
                                   "connections_dismissed_total"}) {
    INFO(family);
    CHECK(text.find("# TYPE mpac_" + family + ' ') != std::string::npos);
  }
  CHECK(has_line(text, "mpac_build_info{version=\"1.2.3\"} 1"));
}

TEST_CASE("messages are counted by type and outcome, and errors by code", "[metrics]") {
  metrics count("1");
  pure_house house;
  house.join("alice");
  house.join("bob");
  house.says("alice", "INTENT_ANNOUNCE intent_id=i1 scope=[a.py]");
  house.says("bob", "INTENT_ANNOUNCE intent_id=i2 scope=[a.py]");
  house.says("bob", "OP_COMMIT op_id=o1 intent_id=i2 target=a.py state_ref_before=r0 state_ref_after=r1");
  house.says("bob", "OP_COMMIT op_id=o2 intent_id=i2 target=a.py state_ref_before=r0 state_ref_after=r2");
  house.send("bob", "no JSON");
  house.send("bob", R"({"type":"FILE_LIST"})");
  house.wait(30s);
  tell(count, house);
  count.ignored();
  const auto text = count.text();
  CHECK(has_line(text, "mpac_messages_total{type=\"hello\",outcome=\"accepted\"} 2"));
  CHECK(has_line(text, "mpac_messages_total{type=\"intent_announce\",outcome=\"accepted\"} 2"));
  CHECK(has_line(text, "mpac_messages_total{type=\"op_commit\",outcome=\"accepted\"} 1"));
  CHECK(has_line(text, "mpac_messages_total{type=\"op_commit\",outcome=\"refused\"} 1"));
  CHECK(has_line(text, "mpac_messages_total{type=\"sideband\",outcome=\"accepted\"} 1"));
  CHECK(has_line(text, "mpac_messages_total{type=\"unknown\",outcome=\"refused\"} 1"));
  CHECK(has_line(text, "mpac_messages_total{type=\"unknown\",outcome=\"ignored\"} 1"));
  CHECK(has_line(text, "mpac_errors_total{code=\"STALE_STATE_REF\"} 1"));
  CHECK(has_line(text, "mpac_errors_total{code=\"MALFORMED_MESSAGE\"} 1"));
  CHECK(text.find("mpac_duties_total{cause=\"heartbeat\"}") != std::string::npos);
  CHECK(text.find("talk") == std::string::npos); // session ids are never labels
}

TEST_CASE("connections that are closed for no fault of theirs are counted by reason", "[metrics][23.4-02]") {
  metrics count("1");
  using actors::dismissal;
  for (const auto why : {dismissal::sessions_full, dismissal::sessions_full, dismissal::session_unavailable,
                         dismissal::no_such_session, dismissal::credential_expired, dismissal::credential_expired})
    count.dismissed(why);
  const auto text = count.text();
  CHECK(has_line(text, "mpac_connections_dismissed_total{reason=\"sessions_full\"} 2"));
  CHECK(has_line(text, "mpac_connections_dismissed_total{reason=\"session_unavailable\"} 1"));
  CHECK(has_line(text, "mpac_connections_dismissed_total{reason=\"no_such_session\"} 1"));
  CHECK(has_line(text, "mpac_connections_dismissed_total{reason=\"credential_expired\"} 2"));
}

TEST_CASE("participants and open conflicts follow the decisions", "[metrics]") {
  metrics count("1");
  count.session_opened(talk);
  pure_house house;
  std::size_t told = 0;
  const auto catch_up = [&] {
    tell(count, house, told);
    told = house.decisions().size();
    return count.text();
  };
  house.join("alice", "roles=[owner]");
  house.join("bob");
  house.join("bob/2"); // the same person, from another connection
  house.says("alice", "INTENT_ANNOUNCE intent_id=i1 scope=[a.py]");
  house.says("bob/2", "INTENT_ANNOUNCE intent_id=i2 scope=[a.py]");
  auto text = catch_up();
  CHECK(has_line(text, "mpac_sessions 1"));
  CHECK(has_line(text, "mpac_participants 2"));
  CHECK(has_line(text, "mpac_conflicts_open 1"));
  house.disconnect("bob/2");
  CHECK(has_line(catch_up(), "mpac_participants 1"));
  house.says("alice", "INTENT_WITHDRAW intent_id=i1");
  house.says("alice", "GOODBYE");
  text = catch_up();
  CHECK(has_line(text, "mpac_participants 0"));
  count.session_unloaded(talk);
  CHECK(has_line(count.text(), "mpac_sessions 0"));
}

TEST_CASE("a session that fails takes its people and conflicts with it", "[metrics]") {
  metrics count("1");
  count.session_opened(talk);
  pure_house house;
  house.join("alice");
  house.join("bob");
  house.says("alice", "INTENT_ANNOUNCE intent_id=i1 scope=[a.py]");
  house.says("bob", "INTENT_ANNOUNCE intent_id=i2 scope=[a.py]");
  tell(count, house);
  count.session_failed(talk, "why", true);
  const auto text = count.text();
  CHECK(has_line(text, "mpac_sessions 0"));
  CHECK(has_line(text, "mpac_participants 0"));
  CHECK(has_line(text, "mpac_conflicts_open 0"));
  CHECK(has_line(text, "mpac_sessions_failed_total 1"));
}

TEST_CASE("latencies and journal batches are histograms", "[metrics]") {
  metrics count("1");
  count.frame_written(50us);
  count.frame_written(51us);
  count.frame_written(10s);
  count.journal_kept(1);
  count.journal_kept(3);
  count.journal_failed("disk full");
  auto text = count.text();
  CHECK(has_line(text, "mpac_frame_latency_seconds_count 3"));
  CHECK(text.find("mpac_frame_latency_seconds_bucket{le=\"5e-05\"} 1") != std::string::npos);
  CHECK(text.find("mpac_frame_latency_seconds_bucket{le=\"0.0001\"} 2") != std::string::npos);
  CHECK(text.find("mpac_frame_latency_seconds_bucket{le=\"5\"} 2") != std::string::npos);
  CHECK(text.find("mpac_frame_latency_seconds_bucket{le=\"+Inf\"} 3") != std::string::npos);
  CHECK(has_line(text, "mpac_journal_batch_size_count 2"));
  CHECK(has_line(text, "mpac_journal_batch_size_sum 4"));
  CHECK(has_line(text, "mpac_journal_failures_total 1"));
  CHECK(has_line(text, "mpac_journal_failing 1"));
  count.journal_recovered();
  CHECK(has_line(count.text(), "mpac_journal_failing 0"));
}

TEST_CASE("what the listener and the queues know is read when somebody asks", "[metrics]") {
  metrics count("1");
  readings now;
  now.connections = 3;
  now.traffic.of[static_cast<std::size_t>(net::counted::bytes_in)] = 17;
  now.traffic.of[static_cast<std::size_t>(net::counted::slow_consumers)] = 2;
  now.traffic.of[static_cast<std::size_t>(net::counted::too_large)] = 6;
  now.traffic.of[static_cast<std::size_t>(net::counted::never_admitted)] = 7;
  now.refusals[static_cast<std::size_t>(net::refused::origin)] = 4;
  now.queues = {{"actors", 5}};
  count.read_from([&] { return now; });
  const auto text = count.text();
  CHECK(has_line(text, "mpac_connections 3"));
  CHECK(has_line(text, "mpac_bytes_received_total 17"));
  CHECK(has_line(text, "mpac_slow_consumer_closes_total 2"));
  CHECK(has_line(text, "mpac_too_large_closes_total 6"));
  CHECK(has_line(text, "mpac_hello_timeout_closes_total 7"));
  CHECK(has_line(text, "mpac_connections_refused_total{reason=\"origin\"} 4"));
  CHECK(has_line(text, "mpac_queue_depth{queue=\"actors\"} 5"));
}

TEST_CASE("what is given to whoever asks the admin API is counted by its kind", "[metrics][24-05]") {
  metrics count("1");
  using cluster::given;
  for (const auto what : {given::transcript, given::snapshot, given::snapshot, given::file})
    count.was_given(what);
  count.was_copied();
  const auto text = count.text();
  CHECK(has_line(text, "mpac_transcripts_read_total 1"));
  CHECK(has_line(text, "mpac_snapshots_read_total 2"));
  CHECK(has_line(text, "mpac_file_lists_read_total 0"));
  CHECK(has_line(text, "mpac_files_read_total 1"));
  CHECK(has_line(text, "mpac_backups_made_total 1"));
}

TEST_CASE("what the admin listener refuses is counted by reason", "[metrics]") {
  metrics count("1");
  count.admin_refused(net::admin_refused::wrong_token);
  count.admin_refused(net::admin_refused::wrong_token);
  count.admin_refused(net::admin_refused::too_often);
  const auto text = count.text();
  CHECK(has_line(text, "mpac_admin_refused_total{reason=\"no_token\"} 0"));
  CHECK(has_line(text, "mpac_admin_refused_total{reason=\"wrong_token\"} 2"));
  CHECK(has_line(text, "mpac_admin_refused_total{reason=\"address_attempts\"} 1"));
  CHECK(has_line(text, "mpac_admin_refused_total{reason=\"connections\"} 0"));
  CHECK(has_line(text, "mpac_admin_refused_total{reason=\"busy\"} 0"));
}

TEST_CASE("nothing is lost when more threads count than have counters of their own", "[metrics]") {
  metrics count("1");
  constexpr int threads = 40, times = 1000;
  std::vector<std::thread> all;
  for (int i = 0; i < threads; ++i)
    all.emplace_back([&] {
      for (int n = 0; n < times; ++n)
        count.delivered(2);
    });
  for (auto& one : all)
    one.join();
  CHECK(has_line(count.text(), "mpac_deliveries_total " + std::to_string(threads * times * 2)));
}
