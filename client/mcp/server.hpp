// The MCP server: what each message of its client leads to, in every revision.
#pragma once

#include "client/mcp/bridge.hpp"
#include "client/mcp/json_rpc.hpp"
#include "client/mcp/resources.hpp"
#include "client/mcp/revision.hpp"
#include "client/mcp/subscriptions.hpp"
#include "client/mcp/tool.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace mpac::client::mcp {

/// How important a line is that is written to the client.
enum class line_kind : std::uint8_t {
  answer,      ///< somebody waits for it
  notification ///< may be left out where the client does not read
};

/// So many requests of one client are worked on at a time, and so many streams open; another is refused.
constexpr std::size_t most_open = 256;

/// One client, over some stream of lines. On the bridge's executor, one call at a time; calls run side by side.
class server : public std::enable_shared_from_this<server> {
public:
  /// `say` takes lines without their ends. `version` is that of this program.
  server(boost::asio::any_io_executor on, std::shared_ptr<bridge> in, std::string version,
         std::function<void(std::string line, line_kind)> say);

  /// Has the bridge tell of what happens.
  void begin();
  /// One line of the client.
  void hear(std::string_view line);
  /// Answers that a line was longer than is read.
  void refuse_long_line(std::size_t longest);
  /// Waits until nobody waits for an answer any more, or until then.
  boost::asio::awaitable<void> settled(boost::asio::steady_timer::time_point until);
  /// Ends the streams of `subscriptions/listen` in good order.
  void close();

private:
  /// The answers to a batch, until all are there.
  struct batch;
  /// A request with what holds for it.
  struct request {
    revision of;
    json::object params;
    json::value id;
    std::shared_ptr<const open_call> by;
  };
  struct method;
  using outcome = outcome_of_call;

  void hear(call said, const std::shared_ptr<batch>& with);
  void notice(const call& said);
  [[nodiscard]] std::optional<rpc_error> objection_to(const call& said, const std::shared_ptr<batch>& with) const;
  boost::asio::awaitable<void> answer(call said, std::shared_ptr<batch> with, std::shared_ptr<open_call> by);
  boost::asio::awaitable<std::optional<json::object>> answered(call said, std::shared_ptr<const open_call> by);
  boost::asio::awaitable<outcome> act(call& said, revision of, const method& what, std::shared_ptr<const open_call> by);
  [[nodiscard]] base::result<revision, rpc_error> revision_for(const call& said) const;
  void reply(std::optional<json::object> with, const std::shared_ptr<batch>& in);
  [[nodiscard]] json::object finished(json::object result, revision of, const method& what) const;

  // Methods
  static const method* find_method(std::string_view name);
  boost::asio::awaitable<outcome> initialize(request said);
  boost::asio::awaitable<outcome> discover(request said);
  boost::asio::awaitable<outcome> ping(request said);
  boost::asio::awaitable<outcome> list_tools(request said);
  boost::asio::awaitable<outcome> call_tool(request said);
  boost::asio::awaitable<outcome> list_resources(request said);
  boost::asio::awaitable<outcome> list_templates(request said);
  boost::asio::awaitable<outcome> read_resource(request said);
  boost::asio::awaitable<outcome> subscribe(request said);
  boost::asio::awaitable<outcome> unsubscribe(request said);
  base::result<void, rpc_error> listen(const request& said);

  [[nodiscard]] json::object identity(revision of) const;
  [[nodiscard]] json::object capabilities() const;

  boost::asio::any_io_executor on_;
  std::shared_ptr<bridge> in_;
  std::string version_;
  std::function<void(std::string, line_kind)> say_;
  std::optional<revision> begun_;                          ///< by `initialize`
  std::map<std::string, std::shared_ptr<open_call>> open_; ///< what waits for an answer, by its id as JSON text
  std::size_t worked_on_ = 0;                              ///< that, and what was cancelled and has not ended yet
  subscriptions subscriptions_;
  boost::asio::steady_timer idle_;
};

} // namespace mpac::client::mcp
