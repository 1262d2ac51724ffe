#include "client/agent/anthropic_wire.hpp"

#include "protocol/workspace/unicode_text.hpp"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace mpac::client::agent {

using security::find;
using security::find_text;
using security::json_object;
using security::read_json_object;

namespace {

model_error unreadable(std::string what) {
  model_error error;
  error.why = trouble::unreadable;
  error.what = std::move(what);
  return error;
}

std::uint64_t count_in(const json_object& in, std::string_view name) {
  const auto* value = find(in, name);
  const auto* number = value ? value->number() : nullptr;
  constexpr double most = 1e15;
  return number && *number > 0 ? static_cast<std::uint64_t>(std::min(*number, most)) : 0;
}

std::string text_in(const json_object& in, std::string_view name) {
  const auto* text = find_text(in, name);
  return text ? *text : std::string();
}

const json_object* object_in(const json_object& in, std::string_view name) {
  const auto* value = find(in, name);
  return value ? value->object() : nullptr;
}

struct known_error {
  std::string_view type;
  unsigned status;
  trouble means;
};

/// As the API documents them; the type counts, the status where there is none that is known.
constexpr std::array known_errors{
    known_error{"invalid_request_error", 400, trouble::invalid_request},
    known_error{"authentication_error", 401, trouble::authentication},
    known_error{"billing_error", 402, trouble::billing},
    known_error{"permission_error", 403, trouble::permission},
    known_error{"not_found_error", 404, trouble::not_found},
    known_error{"request_too_large", 413, trouble::too_large},
    known_error{"rate_limit_error", 429, trouble::rate_limited},
    known_error{"api_error", 500, trouble::server_error},
    known_error{"timeout_error", 504, trouble::server_error},
    known_error{"overloaded_error", 529, trouble::overloaded},
};

trouble meaning_of(std::string_view type, unsigned status) {
  for (const auto& each : known_errors)
    if (each.type == type)
      return each.means;
  for (const auto& each : known_errors)
    if (each.status == status)
      return each.means;
  return status >= 500 || status == 0 ? trouble::server_error
         : status >= 400              ? trouble::invalid_request
                                      : trouble::unreadable;
}

/// The error object of the API, from a reply or (status 0) from within a stream.
model_error error_in(const json_object& body, unsigned status) {
  model_error error;
  error.request_id = text_in(body, "request_id");
  const auto* inside = object_in(body, "error");
  if (inside) {
    error.type = text_in(*inside, "type");
    error.what = text_in(*inside, "message");
  }
  error.why = meaning_of(error.type, status);
  // A spending limit has the type of a rate limit; waiting for it helps nobody.
  const auto* details = inside ? object_in(*inside, "details") : nullptr;
  if (details && text_in(*details, "error_code") == "enforced_spend_limit_reached")
    error.why = trouble::billing;
  return error;
}

template <class Writer>
void write(Writer& out, std::string_view text) {
  out.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
}

template <class Writer>
void write_schema(Writer& out, const answer_form& form) {
  out.RawValue(form.schema.text.data(), form.schema.text.size(), rapidjson::kObjectType);
}

} // namespace

std::string anthropic_request(const question& asked, std::string_view model, form_by how, bool streams) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> out(buffer);
  out.StartObject();
  out.Key("model");
  write(out, model);
  out.Key("max_tokens");
  out.Uint(asked.longest);
  if (streams) {
    out.Key("stream");
    out.Bool(true);
  }
  if (!asked.system.empty()) {
    out.Key("system");
    write(out, asked.system);
  }
  out.Key("messages");
  out.StartArray();
  for (const auto& each : asked.turns) {
    out.StartObject();
    out.Key("role");
    write(out, each.by == speaker::user ? "user" : "assistant");
    out.Key("content");
    write(out, each.text);
    out.EndObject();
  }
  out.EndArray();
  if (asked.form && how == form_by::forced_tool) {
    out.Key("tools");
    out.StartArray();
    out.StartObject();
    out.Key("name");
    write(out, asked.form->name);
    out.Key("description");
    write(out, asked.form->description);
    out.Key("input_schema");
    write_schema(out, *asked.form);
    out.EndObject();
    out.EndArray();
    out.Key("tool_choice");
    out.StartObject();
    out.Key("type");
    out.String("tool");
    out.Key("name");
    write(out, asked.form->name);
    out.EndObject();
  } else if (asked.form) {
    out.Key("output_config");
    out.StartObject();
    out.Key("format");
    out.StartObject();
    out.Key("type");
    out.String("json_schema");
    out.Key("schema");
    write_schema(out, *asked.form);
    out.EndObject();
    out.EndObject();
  }
  out.EndObject();
  return {buffer.GetString(), buffer.GetSize()};
}

model_error anthropic_error(const http_reply& reply) {
  model_error error;
  if (const auto body = read_json_object(reply.body))
    error = error_in(*body, reply.status);
  else
    error.why = meaning_of({}, reply.status);
  error.status = reply.status;
  if (error.request_id.empty())
    error.request_id = reply.header("request-id");
  if (reply.status >= 300 && reply.status < 400)
    error.what = "redirected to another place, where the key is not sent";
  else if (error.what.empty())
    error.what = "the answer says no more than its status";
  return error;
}

void conceal(std::string_view secret, model_error& in) {
  constexpr std::string_view hidden = "***";
  constexpr std::size_t longest_message = 1000;
  for (auto* text : {&in.what, &in.type, &in.request_id}) {
    for (auto at = secret.empty() ? text->npos : text->find(secret); at != text->npos;
         at = text->find(secret, at + hidden.size()))
      text->replace(at, secret.size(), hidden);
    text->resize(protocol::shortened(*text, longest_message).size()); // half a secret would not have been found
  }
}

bool refuses_forced_tools(const model_error& failed) {
  return failed.why == trouble::invalid_request && failed.what.find("tool_choice") != std::string::npos;
}

void anthropic_answer::count(const json_object& usage) {
  // A stream tells totals, some at its beginning and all that it tells again at its end.
  const auto take = [&](std::uint64_t& into, std::string_view name) {
    if (find(usage, name))
      into = std::max(into, count_in(usage, name));
  };
  take(made_.used.input, "input_tokens");
  take(made_.used.output, "output_tokens");
  take(made_.used.cache_written, "cache_creation_input_tokens");
  take(made_.used.cache_read, "cache_read_input_tokens");
}

std::optional<model_error> anthropic_answer::begin_block(std::size_t index, const json_object& content) {
  if (blocks_.contains(index))
    return unreadable("content block " + std::to_string(index) + " begins twice");
  auto& made = blocks_[index];
  made.type = text_in(content, "type");
  made.name = text_in(content, "name");
  made.text = text_in(content, "text");
  if (const auto* input = object_in(content, "input"))
    made.input = *input;
  return std::nullopt;
}

std::optional<model_error> anthropic_answer::add_to_block(std::size_t index, const json_object& delta) {
  const auto at = blocks_.find(index);
  if (at == blocks_.end())
    return unreadable("content block " + std::to_string(index) + " goes on before it begins");
  const auto type = text_in(delta, "type");
  const auto piece = type == "text_delta"         ? text_in(delta, "text")
                     : type == "input_json_delta" ? text_in(delta, "partial_json")
                                                  : std::string(); // thinking, its signature, and what is to come
  at->second.text += piece;
  if (!piece.empty() && to_->on_piece)
    to_->on_piece(piece);
  return std::nullopt;
}

std::optional<model_error> anthropic_answer::read(std::string_view body) {
  const auto message = read_json_object(body);
  if (!message)
    return unreadable("the answer is no JSON object that can be read: " + message.error().what);
  const auto* content = find(*message, "content");
  if (text_in(*message, "type") != "message" || !content || !content->list())
    return unreadable("the answer is no message");
  made_.model = text_in(*message, "model");
  stop_reason_ = text_in(*message, "stop_reason");
  if (const auto* usage = object_in(*message, "usage"))
    count(*usage);
  for (const auto& each : *content->list())
    if (const auto* object = each.object())
      if (auto wrong = begin_block(blocks_.size(), *object))
        return wrong;
  is_whole_ = true;
  return std::nullopt;
}

std::optional<model_error> anthropic_answer::hear(const server_event& event) {
  const auto said = read_json_object(event.data);
  if (!said)
    return unreadable("the event '" + event.name + "' is no JSON object that can be read: " + said.error().what);
  const auto type = text_in(*said, "type");
  const auto* number = find(*said, "index");
  const auto* index = number ? number->number() : nullptr;
  constexpr double most_blocks = 10000;
  const bool has_index = index && *index >= 0 && *index < most_blocks;
  const auto at = has_index ? static_cast<std::size_t>(*index) : 0;

  if (type == "error")
    return error_in(*said, 0);
  if (type == "message_start") {
    const auto* message = object_in(*said, "message");
    if (!message || is_begun_)
      return unreadable("the stream begins twice, or with no message");
    is_begun_ = true;
    made_.model = text_in(*message, "model");
    if (const auto* usage = object_in(*message, "usage"))
      count(*usage);
    return std::nullopt;
  }
  if (!type.starts_with("message_") && !type.starts_with("content_block_"))
    return std::nullopt; // `ping`, and kinds of events that may be added
  if (!is_begun_)
    return unreadable("the stream does not begin with message_start");
  if (type == "content_block_start") {
    const auto* content = object_in(*said, "content_block");
    return content && has_index ? begin_block(at, *content) : unreadable("a content block without index or content");
  }
  if (type == "content_block_delta") {
    const auto* delta = object_in(*said, "delta");
    return delta && has_index ? add_to_block(at, *delta) : unreadable("a delta without index or content");
  }
  if (type == "message_delta") {
    if (const auto* delta = object_in(*said, "delta"); delta && find_text(*delta, "stop_reason"))
      stop_reason_ = text_in(*delta, "stop_reason");
    if (const auto* usage = object_in(*said, "usage"))
      count(*usage);
  }
  is_whole_ = is_whole_ || type == "message_stop";
  return std::nullopt;
}

base::result<answer, model_error> anthropic_answer::in_form(const answer_form& form) {
  const auto used = std::find_if(blocks_.begin(), blocks_.end(), [&](const auto& each) {
    return each.second.type == "tool_use" && each.second.name == form.name;
  });
  std::string text;
  if (used != blocks_.end()) {
    if (used->second.text.empty()) {
      made_.object = std::move(used->second.input);
      return {boost::system::in_place_value, std::move(made_)};
    }
    text = std::move(used->second.text);
  } else {
    text = std::move(made_.text);
    made_.text.clear();
  }
  auto object = read_json_object(text);
  if (!object) {
    auto error =
        unreadable("what the model answered is no JSON object for '" + form.name + "': " + object.error().what);
    error.used = made_.used;
    return base::fail(std::move(error));
  }
  made_.object = std::move(*object);
  return {boost::system::in_place_value, std::move(made_)};
}

base::result<answer, model_error> anthropic_answer::finish() {
  for (const auto& [index, each] : blocks_)
    if (each.type == "text")
      made_.text += each.text;
  made_.used.requests = 1;
  model_error error;
  if (stop_reason_ == "max_tokens") {
    error.why = trouble::cut_short;
    error.what = "it reached its limit of " + std::to_string(to_->longest) + " tokens";
  } else if (stop_reason_ == "model_context_window_exceeded") {
    error.why = trouble::too_large;
    error.what = "question and answer do not fit the model's context window";
  } else if (stop_reason_ == "refusal") {
    error.why = trouble::declined;
  } else if (to_->form) {
    return in_form(*to_->form);
  } else {
    return {boost::system::in_place_value, std::move(made_)};
  }
  error.type = stop_reason_;
  error.used = made_.used;
  return base::fail(std::move(error));
}

} // namespace mpac::client::agent
