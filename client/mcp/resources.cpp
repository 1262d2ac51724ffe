#include "client/mcp/resources.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace mpac::client::mcp {
namespace {

using boost::asio::awaitable;

constexpr std::size_t files_on_a_page = 1000;
constexpr std::string_view json_type = "application/json", text_type = "text/plain";

struct state_resource {
  resource_kind kind;
  std::string_view name, title, description;
};

constexpr std::array state_resources{
    state_resource{resource_kind::session, "session", "The session",
                   "Who is there, who holds what, and what is in dispute."},
    state_resource{resource_kind::participants, "participants", "Participants", "Who is in the session."},
    state_resource{resource_kind::intents, "intents", "Open tasks", "Who is about to do what, on which files."},
    state_resource{resource_kind::conflicts, "conflicts", "Open conflicts", "What is in dispute, and between whom."},
};

json::object listed(const state_resource& what, const protocol::session_id& session, bool has_titles) {
  json::object made{{"uri", uri_of({what.kind, {}}, session)},
                    {"name", what.name},
                    {"description", what.description},
                    {"mimeType", json_type}};
  if (has_titles)
    made["title"] = what.title;
  return made;
}

json::array participants(const session_view& in) {
  json::array list;
  for (const auto& [id, each] : in.participants())
    list.push_back(as_json(each));
  return list;
}

json::array intents(const session_view& in) {
  json::array list;
  for (const auto& [id, each] : in.intents())
    if (!each.is_overdue)
      list.push_back(as_json(each));
  return list;
}

json::array conflicts(const session_view& in) {
  json::array list;
  for (const auto& [id, each] : in.conflicts())
    list.push_back(as_json(each));
  return list;
}

json::object state(resource_kind which, const bridge& in) {
  const auto& view = in.view();
  switch (which) {
  case resource_kind::participants:
    return {{"participants", participants(view)}};
  case resource_kind::intents:
    return {{"intents", intents(view)}};
  case resource_kind::conflicts:
    return {{"conflicts", conflicts(view)}};
  default:
    return {{"session", in.session().str()},
            {"you", in.me().str()},
            {"participants", participants(view)},
            {"intents", intents(view)},
            {"conflicts", conflicts(view)}};
  }
}

json::object contents(std::string_view uri, std::string_view type, std::string_view text) {
  json::array list;
  list.push_back(json::object{{"uri", uri}, {"mimeType", type}, {"text", text}});
  return {{"contents", std::move(list)}};
}

rpc_error failed(const trouble& why) {
  return {error_number::internal_error, why.told};
}

} // namespace

rpc_error no_such_resource(std::string_view uri, error_number not_found) {
  return {not_found, "Resource not found", json::object{{"uri", uri}}};
}

awaitable<outcome_of_call> list_resources(bridge& in, std::optional<std::string> cursor, bool has_titles) {
  auto files = co_await in.list_files();
  if (!files)
    co_return base::fail(failed(files.error()));
  json::array list;
  if (!cursor)
    for (const auto& each : state_resources)
      list.push_back(listed(each, in.session(), has_titles));
  auto next = std::find_if(files->files.begin(), files->files.end(),
                           [&](const auto& each) { return !cursor || each.path > *cursor; });
  std::size_t number = 0;
  for (; next != files->files.end() && number < files_on_a_page; ++next, ++number)
    list.push_back(json::object{{"uri", uri_of({resource_kind::file, next->path}, in.session())},
                                {"name", next->path},
                                {"mimeType", text_type}});
  json::object made{{"resources", std::move(list)}};
  if (next != files->files.end())
    made["nextCursor"] = std::prev(next)->path;
  co_return made;
}

json::object list_resource_templates(const protocol::session_id& session, bool has_titles) {
  json::object file{{"uriTemplate", file_template(session)},
                    {"name", "file"},
                    {"description", "A file of the shared workspace, by its path."},
                    {"mimeType", text_type}};
  if (has_titles)
    file["title"] = "Workspace file";
  json::array list;
  list.push_back(std::move(file));
  return {{"resourceTemplates", std::move(list)}};
}

awaitable<outcome_of_call> read_resource(bridge& in, std::string uri, error_number not_found) {
  const auto what = resource_at(uri, in.session());
  if (!what)
    co_return base::fail(no_such_resource(uri, not_found));
  if (what->kind != resource_kind::file) {
    auto looked = co_await in.look();
    if (!looked)
      co_return base::fail(failed(looked.error()));
    const auto text = json::serialize(state(what->kind, in));
    co_return contents(uri, json_type, text);
  }
  auto read = co_await in.read_file(what->path);
  if (!read) {
    if (read.error().why && read.error().why->is(protocol::error_code::invalid_reference))
      co_return base::fail(no_such_resource(uri, not_found));
    co_return base::fail(failed(read.error()));
  }
  co_return contents(uri, text_type, read->content);
}

} // namespace mpac::client::mcp
