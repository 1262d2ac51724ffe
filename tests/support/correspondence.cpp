#include "tests/support/correspondence.hpp"

#include <utility>

namespace mpac::tests {

std::string correspondence::says(const std::string& line, std::string_view notation) {
  on_.send(line, letter(line, notation));
  return last_message(line);
}

std::string correspondence::letter(const std::string& line, std::string_view notation) {
  auto said = read_notation(notation);
  fill(said.payload, names_, said.payload.GetAllocator());
  fill(said.envelope, names_, said.envelope.GetAllocator());
  return writer_of(line).write(line, std::move(said), on_.now());
}

void correspondence::asks(const std::string& line, std::string_view notation) {
  auto said = read_notation(notation);
  fill(said.payload, names_, said.payload.GetAllocator());
  put(said.payload, "type", json_value(said.type.data(), static_cast<rapidjson::SizeType>(said.type.size())));
  on_.send(line, to_text(said.payload));
}

std::optional<json_document> correspondence::next(const std::string& line) {
  const auto text = on_.hear(line);
  if (!text)
    return std::nullopt;
  auto frame = parse_json(*text);
  writer_of(line).heard(line, frame);
  return frame;
}

std::vector<json_document> correspondence::heard(const std::string& line) {
  std::vector<json_document> all;
  while (auto frame = next(line))
    all.push_back(std::move(*frame));
  return all;
}

std::string correspondence::kinds_heard(const std::string& line) {
  std::string kinds;
  for (const auto& frame : heard(line))
    if (!is_routine(frame))
      kinds += (kinds.empty() ? "" : " ") + text_at(frame, "message_type");
  return kinds;
}

bool correspondence::hears(const std::string& line, std::string_view notation) {
  const auto frame = next(line);
  return is_message(line, read_notation(notation), frame ? &*frame : nullptr);
}

bool correspondence::hears_nothing(const std::string& line) {
  const auto frame = next(line);
  if (frame)
    why_ = line + " should hear nothing, but hears " + to_text(*frame);
  return !frame;
}

bool correspondence::is_message(const std::string& line, const notation& wanted, const json_document* frame) {
  return is_of_type(line, wanted, frame, "message_type") && fits(wanted.payload, find(*frame, "payload"), *frame) &&
         fits(wanted.envelope, frame, *frame);
}

bool correspondence::is_answer(const std::string& line, const notation& wanted, const json_document* frame) {
  return is_of_type(line, wanted, frame, "type") && fits(wanted.payload, frame, *frame);
}

void correspondence::leads_to(const std::string& line, const protocol::session_id& session) {
  sessions_.insert_or_assign(line, session);
}

void correspondence::begin_anew() {
  sessions_.clear();
  writers_.clear();
  names_.clear();
}

message_writer& correspondence::writer_of(const std::string& line) {
  const auto known = sessions_.find(line);
  const auto& session = known != sessions_.end() ? known->second : opening{}.session;
  return writers_.try_emplace(session, session).first->second;
}

bool correspondence::is_of_type(const std::string& line, const notation& wanted, const json_document* frame,
                                std::string_view type_member) {
  if (frame && text_at(*frame, type_member) == wanted.type)
    return true;
  why_ = line + " should hear " + wanted.type + ", but hears " + (frame ? to_text(*frame) : "nothing");
  return false;
}

bool correspondence::fits(const json_value& pattern, const json_value* found, const json_document& frame) {
  const bool as_wanted = matches(pattern, found, names_, why_);
  if (!as_wanted)
    why_ += "\n  in " + to_text(frame);
  return as_wanted;
}

bool is_routine(const json_document& frame) {
  return text_at(frame, "message_type") == "COORDINATOR_STATUS" && text_at(frame, "payload.event") == "heartbeat";
}

} // namespace mpac::tests
