#include "client/mcp/server_methods.hpp"

#include "client/mcp/tool_table.hpp"

#include <array>
#include <utility>

namespace mpac::client::mcp {

using boost::asio::awaitable;

namespace {

constexpr std::int64_t an_hour = 3'600'000; // of what changes with this program alone
constexpr std::int64_t stale_at_once = 0;
constexpr std::int64_t not_kept = -1;

rpc_error bad_params(std::string what) {
  return {error_number::invalid_params, std::move(what)};
}

error_number not_found_in(revision of) {
  return traits_of(of).has_handshake ? error_number::resource_not_found : error_number::invalid_params;
}

json::object as_json(const tool& what, const revision_traits& in) {
  json::object made{{"name", what.name}, {"description", what.description}, {"inputSchema", schema_of(what.takes)}};
  if (in.has_structured_output) {
    made["title"] = what.title;
    made["outputSchema"] = what.output;
  }
  if (in.has_annotations)
    made["annotations"] = {{"title", what.title},
                           {"readOnlyHint", what.hints.is_read_only},
                           {"destructiveHint", what.hints.is_destructive},
                           {"idempotentHint", what.hints.is_idempotent},
                           {"openWorldHint", true}};
  return made;
}

json::object as_json(tool_result said, const revision_traits& in) {
  json::array content;
  for (const auto& each : said.texts)
    content.push_back(json::object{{"type", "text"}, {"text", each}});
  json::object made{{"content", std::move(content)}, {"isError", said.is_failure}};
  if (in.has_structured_output && !said.structure.empty())
    made["structuredContent"] = std::move(said.structure);
  return made;
}

} // namespace

const server::method* server::find_method(std::string_view name) {
  // clang-format off
  static constexpr std::array rows{
    //     name                        handshake without  fresh          what does it
    method{"initialize",               true,     false,   not_kept,      &server::initialize},
    method{"server/discover",          false,    true,    an_hour,       &server::discover},
    method{"ping",                     true,     false,   not_kept,      &server::ping},
    method{"tools/list",               true,     true,    an_hour,       &server::list_tools},
    method{"tools/call",               true,     true,    not_kept,      &server::call_tool},
    method{"resources/list",           true,     true,    stale_at_once, &server::list_resources},
    method{"resources/templates/list", true,     true,    an_hour,       &server::list_templates},
    method{"resources/read",           true,     true,    stale_at_once, &server::read_resource},
    method{"resources/subscribe",      true,     false,   not_kept,      &server::subscribe},
    method{"resources/unsubscribe",    true,     false,   not_kept,      &server::unsubscribe},
    method{"subscriptions/listen",     false,    true,    not_kept,      nullptr},
  };
  // clang-format on
  for (const auto& row : rows)
    if (row.name == name)
      return &row;
  return nullptr;
}

json::object server::identity(revision of) const {
  json::object made{{"name", "mpac"}, {"version", version_}};
  if (traits_of(of).has_structured_output)
    made["title"] = "MPAC session " + in_->session().str();
  return made;
}

json::object server::capabilities() const {
  return {{"tools", json::object{}}, {"resources", {{"subscribe", true}, {"listChanged", true}}}};
}

awaitable<server::outcome> server::initialize(request said) {
  if (begun_)
    co_return base::fail(rpc_error{error_number::invalid_request, "initialize was said already"});
  const auto wanted = text_of(said.params, "protocolVersion");
  if (!wanted)
    co_return base::fail(bad_params("protocolVersion must be a string"));
  const auto known = revision_of(*wanted);
  begun_ = known && traits_of(*known).has_handshake ? *known : newest_with_handshake;
  subscriptions_.tell_lists();
  co_return json::object{{"protocolVersion", traits_of(*begun_).word},
                         {"capabilities", capabilities()},
                         {"serverInfo", identity(*begun_)},
                         {"instructions", etiquette()}};
}

awaitable<server::outcome> server::discover(request) {
  json::array versions;
  for (auto row = revisions().rbegin(); row != revisions().rend(); ++row)
    versions.emplace_back(row->word);
  co_return json::object{
      {"supportedVersions", std::move(versions)}, {"capabilities", capabilities()}, {"instructions", etiquette()}};
}

awaitable<server::outcome> server::ping(request) {
  co_return json::object{};
}

awaitable<server::outcome> server::list_tools(request said) {
  const auto* cursor = said.params.if_contains("cursor");
  if (cursor && !cursor->is_null())
    co_return base::fail(bad_params("cursor: the list has one page, so that there is no cursor for it"));
  json::array tools;
  for (const auto& each : tool_table())
    tools.push_back(as_json(each, traits_of(said.of)));
  co_return json::object{{"tools", std::move(tools)}};
}

awaitable<server::outcome> server::call_tool(request said) {
  const auto name = text_of(said.params, "name");
  if (!name)
    co_return base::fail(bad_params("name must be a string"));
  const auto* what = find_tool(*name);
  if (!what)
    co_return base::fail(bad_params("Unknown tool: " + std::string(*name)));
  const auto* given = said.params.if_contains("arguments");
  if (given && !given->is_object() && !given->is_null())
    co_return base::fail(bad_params("arguments must be an object"));
  auto with = arguments::read(what->takes, given && given->is_object() ? given->get_object() : json::object{});
  tool_result result;
  if (!with)
    result = failure(with.error() + (with.error().ends_with('.') ? "" : ".") + " Nothing was done. Mend it and call " +
                     what->name + " again.");
  else if (const auto* acts = std::get_if<tool::acting>(&what->act))
    result = co_await (*acts)(*in_, std::move(*with));
  else
    result = co_await std::get<tool::waiting>(what->act)(*in_, std::move(*with), said.by);
  co_return as_json(std::move(result), traits_of(said.of));
}

awaitable<server::outcome> server::list_resources(request said) {
  const auto* cursor = said.params.if_contains("cursor");
  if (cursor && !cursor->is_string() && !cursor->is_null())
    co_return base::fail(bad_params("cursor must be a string"));
  std::optional<std::string> after; // not a ?: within the co_await, which g++ 12 gets wrong
  if (cursor && cursor->is_string())
    after = std::string_view(cursor->as_string());
  auto page = co_await mcp::list_resources(*in_, std::move(after), traits_of(said.of).has_structured_output);
  co_return page;
}

awaitable<server::outcome> server::list_templates(request said) {
  co_return list_resource_templates(in_->session(), traits_of(said.of).has_structured_output);
}

awaitable<server::outcome> server::read_resource(request said) {
  const auto uri = text_of(said.params, "uri");
  if (!uri)
    co_return base::fail(bad_params("uri must be a string"));
  auto read = co_await mcp::read_resource(*in_, std::string(*uri), not_found_in(said.of));
  co_return read;
}

awaitable<server::outcome> server::subscribe(request said) {
  const auto uri = text_of(said.params, "uri");
  if (!uri)
    co_return base::fail(bad_params("uri must be a string"));
  if (!resource_at(*uri, in_->session()))
    co_return base::fail(no_such_resource(*uri, not_found_in(said.of)));
  subscriptions_.subscribe(std::string(*uri));
  co_return json::object{};
}

awaitable<server::outcome> server::unsubscribe(request said) {
  const auto uri = text_of(said.params, "uri");
  if (!uri)
    co_return base::fail(bad_params("uri must be a string"));
  subscriptions_.unsubscribe(std::string(*uri));
  co_return json::object{};
}

/// What is not supported, or names nothing, is left out of the acknowledgement.
base::result<void, rpc_error> server::listen(const request& said) {
  const auto* wanted = object_of(said.params, "notifications");
  if (!wanted)
    return base::fail(bad_params("notifications must be an object"));
  if (subscriptions_.streams() >= most_open)
    return base::fail(rpc_error{error_number::too_many_requests, "no more streams are opened: cancel one"});
  subscriptions::stream made{said.id, {}, false};
  json::object granted;
  if (const auto* lists = wanted->if_contains("resourcesListChanged"); lists && lists->is_bool() && lists->get_bool()) {
    made.wants_lists = true;
    granted["resourcesListChanged"] = true;
  }
  if (const auto* uris = wanted->if_contains("resourceSubscriptions")) {
    const auto* list = uris->if_array();
    if (!list)
      return base::fail(bad_params("resourceSubscriptions must be a list of strings"));
    json::array taken;
    for (const auto& each : *list) {
      if (!each.is_string())
        return base::fail(bad_params("resourceSubscriptions must be a list of strings"));
      const std::string_view uri(each.get_string());
      if (resource_at(uri, in_->session()) && made.uris.emplace(uri).second)
        taken.emplace_back(uri);
    }
    granted["resourceSubscriptions"] = std::move(taken);
  }
  json::object params{{"_meta", meta_of_stream(said.id)}, {"notifications", std::move(granted)}};
  say_(json::serialize(notification("notifications/subscriptions/acknowledged", std::move(params))), line_kind::answer);
  subscriptions_.open(std::move(made));
  return {};
}

} // namespace mpac::client::mcp
