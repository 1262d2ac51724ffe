#include "cluster/admin_answers.hpp"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <utility>

namespace mpac::cluster {
namespace {

class json {
public:
  json& begin_object() { return out_.StartObject(), *this; }
  json& end_object() { return out_.EndObject(), *this; }
  json& begin_list() { return out_.StartArray(), *this; }
  json& end_list() { return out_.EndArray(), *this; }
  json& key(std::string_view name) {
    out_.Key(name.data(), static_cast<rapidjson::SizeType>(name.size()));
    return *this;
  }
  json& say(std::string_view value) {
    out_.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
    return *this;
  }
  json& put(std::string_view name, std::string_view value) { return key(name), say(value); }
  json& put(std::string_view name, std::uint64_t value) { return key(name), out_.Uint64(value), *this; }
  json& put_truth(std::string_view name, bool value) { return key(name), out_.Bool(value), *this; }
  json& put_null(std::string_view name) { return key(name), out_.Null(), *this; }

  [[nodiscard]] net::http_answer answer(unsigned status) const {
    return answer_json(status, {buffer_.GetString(), buffer_.GetSize()});
  }

private:
  rapidjson::StringBuffer buffer_;
  rapidjson::Writer<rapidjson::StringBuffer> out_{buffer_};
};

json& begin_row(json& to, const listed_session& row) {
  const auto& figures = row.figures;
  return to.begin_object()
      .put("session_id", figures.session.str())
      .put("state", figures.is_closed ? "closed" : "active")
      .put("participants", figures.participants)
      .put("active_intents", figures.active_intents)
      .put("open_conflicts", figures.open_conflicts)
      .put("lamport_clock", figures.lamport_clock)
      .put_truth("loaded", row.is_loaded);
}

void write_row(json& to, const listed_session& row) {
  begin_row(to, row).end_object();
}

} // namespace

net::http_answer answer_json(unsigned status, std::string body) {
  net::http_answer answer;
  answer.status = status;
  answer.body = std::move(body) + '\n';
  return answer;
}

net::http_answer answer_ready(const std::vector<readiness_check>& checks, bool verbose) {
  const bool ready =
      !checks.empty() && std::all_of(checks.begin(), checks.end(), [](const auto& check) { return check.passed; });
  json body;
  body.begin_object().put("status", ready ? "ready" : "unavailable");
  if (verbose) {
    body.key("checks").begin_list();
    for (const auto& check : checks)
      body.begin_object()
          .put("name", check.name)
          .put_truth("passed", check.passed)
          .put("detail", check.detail)
          .end_object();
    body.end_list();
  }
  return body.end_object().answer(ready ? 200 : 503);
}

net::http_answer answer_list(std::vector<listed_session> rows, std::size_t limit) {
  const bool has_more = rows.size() > limit;
  if (has_more)
    rows.resize(limit);
  json body;
  body.begin_object().key("sessions").begin_list();
  for (const auto& row : rows)
    write_row(body, row);
  body.end_list();
  if (has_more)
    body.put("next", rows.back().figures.session.str());
  else
    body.put_null("next");
  return body.end_object().answer(200);
}

net::http_answer answer_made(const listed_session& row, const std::vector<std::string_view>& warnings) {
  json body;
  begin_row(body, row);
  if (!warnings.empty()) {
    body.key("warnings").begin_list();
    for (const auto warning : warnings)
      body.say(warning);
    body.end_list();
  }
  return body.end_object().answer(201);
}

net::http_answer answer_row(unsigned status, const listed_session& row) {
  json body;
  write_row(body, row);
  return body.answer(status);
}

net::http_answer answer_claim(const protocol::claim_record& claim) {
  json body;
  body.begin_object()
      .put("claim_id", claim.claim_id.str())
      .put("original_intent_id", claim.original_intent_id.str())
      .put("new_intent_id", claim.new_intent_id.str())
      .put("claimer_principal_id", claim.claimant.str());
  if (claim.decision)
    body.put("decision", protocol::to_word(*claim.decision));
  if (claim.approved_by)
    body.put("approved_by", claim.approved_by->str());
  if (claim.reason)
    body.put("reason", *claim.reason);
  return body.end_object().answer(200);
}

net::http_answer answer_unsettled(const protocol::refusal& why, bool is_decided) {
  using protocol::error_code;
  if (why.code == error_code::session_closed)
    return net::http_error(409, "session_closed", why.description);
  if (why.code == error_code::authorization_failed)
    return net::http_error(403, "not_allowed", why.description);
  return is_decided ? net::http_error(409, "claim_decided", why.description)
                    : net::http_error(404, "no_such_claim", why.description);
}

net::http_answer answer_problems(const config::problems& found) {
  const bool is_readable = std::none_of(found.begin(), found.end(), [](const auto& each) { return each.key.empty(); });
  std::string message;
  for (const auto& each : found)
    message += (message.empty() ? "" : "; ") + config::to_string(each);
  json body;
  body.begin_object().key("error").begin_object();
  body.put("code", is_readable ? "invalid_request" : "malformed_json").put("message", message);
  body.key("problems").begin_list();
  for (const auto& each : found) {
    body.begin_object().put("key", each.key).put("message", each.message);
    if (!each.nearest.empty())
      body.put("nearest", each.nearest);
    if (each.where.line > 0)
      body.put("line", static_cast<std::uint64_t>(each.where.line))
          .put("column", static_cast<std::uint64_t>(each.where.column));
    body.end_object();
  }
  return body.end_list().end_object().end_object().answer(is_readable ? 422 : 400);
}

net::http_answer answer_files(const protocol::file_table& files) {
  json body;
  body.begin_object().key("files").begin_list();
  for (const auto& [path, file] : files.files())
    body.begin_object().put("path", path).put("state_ref", file.state_ref()).put("size", file.size()).end_object();
  return body.end_list().end_object().answer(200);
}

net::http_answer answer_file(const protocol::file_table& files, std::string_view path) {
  const auto* file = files.find(path);
  if (!file)
    return net::http_error(404, "no_such_file", "the workspace has no file of this path");
  net::http_answer answer;
  answer.content_type = "text/plain; charset=utf-8";
  // Somebody's text is never somebody else's page.
  answer.headers = {{"ETag", '"' + file->state_ref() + '"'}, {"X-Content-Type-Options", "nosniff"}};
  answer.body = file->content();
  return answer;
}

net::http_answer answer_backup(const std::filesystem::path& where, std::uint64_t bytes) {
  json body;
  body.begin_object().put("backup", where.string()).put("bytes", bytes);
  return body.end_object().answer(201);
}

} // namespace mpac::cluster
