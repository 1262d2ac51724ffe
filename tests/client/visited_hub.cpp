#include "tests/client/visited_hub.hpp"

#include "protocol/workspace/state_ref.hpp"

#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace mpac::client::tests {

visited_hub::visited_hub(const std::function<void(config::settings&)>& change) {
  how_.node.data_dir = (folder_.path() / "data").string();
  how_.listen.port = 0;
  how_.listen.threads = how_.listen.workers = 1;
  how_.admin.enabled = false;
  how_.store.engine = config::store_engine::memory;
  how_.log.level = config::log_level::error;
  if (change)
    change(how_);
  start();
}

void visited_hub::start() {
  auto started = cluster::hub::start(how_, "tests");
  if (!started)
    throw std::runtime_error(started.error().what);
  hub_ = std::move(*started);
  how_.listen.port = hub_->port(); // it comes back where it was
}

void visited_hub::stop() {
  hub_->stop();
  hub_.reset();
}

void visited_hub::restart() {
  stop();
  start();
}

std::string visited_hub::put(const std::string& name, const std::string& text) const {
  const auto path = folder_.path() / name;
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
  std::filesystem::permissions(path, std::filesystem::perms{0600});
  return path.string();
}

options visitor(const std::string& url, const std::string& name) {
  options how;
  how.url = url;
  how.who.principal_id = protocol::principal_id("agent:" + name);
  how.who.display_name = name;
  how.reconnect.first = std::chrono::milliseconds{5};
  how.reconnect.longest = std::chrono::milliseconds{50};
  return how;
}

protocol::intent_announce work_on(const std::string& intent, const std::string& file) {
  protocol::intent_announce said;
  said.intent_id = protocol::intent_id(intent);
  said.objective = "work on " + file;
  said.scope = protocol::file_set({file});
  return said;
}

protocol::op_commit change_of(const std::string& file, const std::string& before, const std::string& content,
                              const std::string& intent) {
  protocol::op_commit said;
  said.intent_id = protocol::intent_id(intent);
  said.target = file;
  said.op_kind = "replace";
  said.state_ref_before = before;
  said.state_ref_after = protocol::state_ref_of(content);
  said.file_changes[file] = {content, before};
  return said;
}

} // namespace mpac::client::tests
