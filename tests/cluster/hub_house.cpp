#include "tests/cluster/hub_house.hpp"

#include "tests/support/json.hpp"

#include <fstream>
#include <stdexcept>
#include <utility>

#include <stdlib.h>

namespace mpac::cluster::tests {

using mpac::tests::beyond_this_stage;

namespace {

std::filesystem::path new_folder() {
  auto pattern = (std::filesystem::temp_directory_path() / "mpac-hub-XXXXXX").string();
  if (!::mkdtemp(pattern.data()))
    throw std::runtime_error("no folder for the hub in " + pattern);
  return pattern;
}

/// Writes the files that the hub is to share, and tells where; nothing where there are none.
std::string lay_out(const protocol::file_table& files, const std::filesystem::path& folder) {
  if (files.empty())
    return {};
  for (const auto& [path, file] : files.files()) {
    std::filesystem::create_directories((folder / path).parent_path());
    std::ofstream(folder / path, std::ios::binary) << file.content();
  }
  return folder.string();
}

} // namespace

hub_house::hub_house(staffing with) : with_(with), folder_(new_folder()) {}

hub_house::~hub_house() {
  lines_.clear();
  hub_.reset();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void hub_house::open(const mpac::tests::opening& how) {
  session_ = how.session.str();
  how_.node.data_dir = (folder_ / "data").string();
  how_.listen.port = 0;
  how_.listen.threads = with_.loops;
  how_.listen.workers = with_.workers;
  how_.admin.port = 0;
  how_.store.engine = config::store_engine::memory;
  how_.log.level = config::log_level::error;
  how_.limits.participants_per_session = how.limits.participants;
  how_.limits.intents_per_participant = how.limits.intents_per_participant;
  how_.sessions[session_] = {lay_out(how.files, folder_ / "workspace"), *how.policy};
  auto started = hub::start(how_, "conversations");
  if (!started)
    throw std::runtime_error(started.error().what);
  hub_ = std::move(*started);
}

void hub_house::connect(const std::string& line) {
  lines_.insert_or_assign(line, connection{std::make_unique<agent>(hub_->port(), "/session/" + session_), {}, deeds_});
}

void hub_house::disconnect(const std::string& line) {
  settle(line);
  lines_.at(line).socket->vanish();
  ++deeds_;
}

void hub_house::send(const std::string& line, std::string_view text) {
  take_turn(line);
  lines_.at(line).socket->say(text);
}

void hub_house::pong(const std::string& line) {
  take_turn(line);
  lines_.at(line).socket->pong();
}

std::optional<std::string> hub_house::hear(const std::string& line) {
  auto& inbox = lines_.at(line).inbox;
  if (inbox.empty())
    settle(line);
  if (inbox.empty())
    return std::nullopt;
  auto text = std::move(inbox.front());
  inbox.pop_front();
  return text;
}

std::optional<int> hub_house::closed_with(const std::string& line) {
  settle(line);
  return lines_.at(line).socket->end();
}

void hub_house::wait(base::duration) {
  throw beyond_this_stage("its time is real, and nobody waits for it");
}

void hub_house::close_session(protocol::close_reason reason, protocol::close_disposition intents) {
  if (reason != protocol::close_reason::manual)
    throw beyond_this_stage("its operator gives no other reason than manual");
  settle_speaker();
  ask_operator("DELETE", "200", "?intents=" + std::string(protocol::to_word(intents)));
  ++deeds_;
}

void hub_house::change_policy(protocol::shared_policy policy) {
  settle_speaker();
  how_.sessions.at(session_).policy = *policy;
  hub_->reload(how_);
  ask_operator("GET", "200"); // on the same way through the house, behind it
  ++deeds_;
}

std::string hub_house::overview() {
  settle_speaker();
  return ask_operator("GET", "200");
}

void hub_house::take_turn(const std::string& line) {
  if (speaker_ != line)
    settle_speaker();
  speaker_ = line;
  ++deeds_;
}

void hub_house::settle(const std::string& line) {
  if (speaker_ != line)
    settle_speaker();
  mark(lines_.at(line));
  speaker_.clear();
}

void hub_house::settle_speaker() {
  if (!speaker_.empty())
    mark(lines_.at(std::exchange(speaker_, {})));
}

void hub_house::mark(connection& at) {
  if (at.heard_all_of == deeds_ || at.socket->is_over())
    return;
  // Twice: what was looked up in the journal is told before the first answer, and said to be all before the second.
  for (int round = 0; round < 2; ++round) {
    const auto marker = "marker-" + std::to_string(++markers_);
    at.socket->say(R"({"protocol":"MPAC","message_type":"HEARTBEAT","message_id":")" + marker + "\"}");
    while (auto text = at.socket->hear()) {
      const auto frame = mpac::tests::parse_json(*text);
      if (mpac::tests::text_at(frame, "payload.refers_to") == marker)
        break;
      at.inbox.push_back(*std::move(text));
    }
  }
  at.heard_all_of = deeds_;
}

std::string hub_house::ask_operator(std::string_view method, std::string_view status, const std::string& query) {
  net::street::tcp_client desk(hub_->admin_port());
  desk.send(std::string(method) + " /api/v1/sessions/" + session_ + query +
            " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  const auto answer = desk.receive_all();
  const auto body = answer.find("\r\n\r\n");
  if (!answer.starts_with("HTTP/1.1 " + std::string(status)) || body == std::string::npos)
    throw std::runtime_error("the operator's " + std::string(method) + " is answered with " + answer);
  return answer.substr(body + 4);
}

} // namespace mpac::cluster::tests
