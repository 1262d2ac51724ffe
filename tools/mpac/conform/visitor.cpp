#include "tools/mpac/conform/visitor.hpp"

#include "base/clock.hpp"
#include "tools/mpac/console.hpp"

#include <algorithm>
#include <cstdint>
#include <random>

namespace mpac::tools::conform {
namespace {

constexpr std::size_t most_told = 6;      ///< messages of a summary
constexpr std::size_t longest_told = 160; ///< bytes of one of them
constexpr std::size_t deepest = 512;      ///< of JSON that is looked into

std::string in_words(std::string_view kind, const json::object& expected) {
  return std::string(kind) + (expected.empty() ? "" : ' ' + json::serialize(expected));
}

const json::value& content_of(const heard_message& message) {
  static const json::value nothing;
  if (!message.is_envelope())
    return message.body;
  const auto* payload = find(message.body, "payload");
  return payload ? *payload : nothing;
}

} // namespace

bool fits(const heard_message& message, std::string_view kind, const json::object& expected) {
  return message.kind == kind && holds(content_of(message), expected);
}

std::string fresh_name(std::string_view stem) {
  static std::mt19937_64 dice{std::random_device{}()};
  constexpr char digits[] = "0123456789abcdefghjkmnpqrstvwxyz";
  auto name = std::string(stem) + '-';
  for (auto left = dice(); name.size() < stem.size() + 11; left >>= 5)
    name += digits[left & 31];
  return name;
}

std::string now_text() {
  return base::to_rfc3339(base::now());
}

json::object file_set(std::initializer_list<std::string_view> files) {
  json::array resources;
  for (const auto file : files)
    resources.emplace_back(file);
  return {{"kind", "file_set"}, {"resources", std::move(resources)}};
}

std::string brief(const heard_message& message) {
  std::string told;
  if (!message.is_json)
    told = "no JSON: " + message.text;
  else if (message.kind.empty())
    told = "no message: " + message.text;
  else if (message.kind == "PROTOCOL_ERROR")
    told = "PROTOCOL_ERROR " + std::string(text_at(message.body, "payload.error_code")) + " \"" +
           std::string(text_at(message.body, "payload.description")) + '"';
  else
    told = message.kind + ' ' + json::serialize(content_of(message));
  if (told.size() > longest_told) {
    auto end = longest_told; // not in the middle of a letter
    while ((static_cast<unsigned char>(told[end]) & 0xc0) == 0x80 && end > longest_told - 3)
      --end;
    told = told.substr(0, end) + "…";
  }
  return printable(told);
}

visitor::visitor(road& on, std::unique_ptr<socket> over, conversation& kept_in, patience how, std::string principal)
    : road_(on), socket_(std::move(over)), kept_(kept_in), patience_(how), principal_(std::move(principal)),
      instance_(fresh_name(principal_)) {}

json::object visitor::envelope(std::string_view kind, json::object payload) {
  ++lamport_;
  return {{"protocol", "MPAC"},
          {"version", "0.1.13"},
          {"message_type", kind},
          {"message_id", fresh_name("m")},
          {"session_id", kept_.session},
          {"sender", {{"principal_id", principal_}, {"principal_type", "agent"}, {"sender_instance_id", instance_}}},
          {"ts", now_text()},
          {"payload", std::move(payload)},
          {"watermark", {{"kind", "lamport_clock"}, {"value", lamport_}}}};
}

std::string visitor::say(std::string_view kind, json::object payload) {
  return send(envelope(kind, std::move(payload)));
}

std::string visitor::send(const json::object& envelope, bool is_well_formed) {
  const auto* id = envelope.if_contains("message_id");
  const std::string named = id && id->is_string() ? std::string(id->get_string()) : std::string();
  kept_.sent.push_back({named, envelope, is_well_formed});
  socket_->send(json::serialize(envelope));
  return named;
}

void visitor::send_text(std::string text) {
  kept_.sent.push_back({"", nullptr, false});
  socket_->send(std::move(text));
}

std::string visitor::hello(std::initializer_list<std::string_view> roles, json::object more) {
  json::array asked;
  for (const auto role : roles)
    asked.emplace_back(role);
  json::object payload{{"display_name", principal_},
                       {"roles", std::move(asked)},
                       {"capabilities",
                        {"intent.broadcast", "intent.update", "intent.withdraw", "intent.claim", "op.propose",
                         "op.commit", "op.batch_commit", "op.reject", "conflict.report", "conflict.ack",
                         "governance.override", "causality.lamport_clock"}}};
  for (const auto& [name, value] : more)
    payload[name] = value;
  return say("HELLO", std::move(payload));
}

std::string visitor::announce(std::string_view intent, std::initializer_list<std::string_view> files,
                              json::object more) {
  json::object payload{{"intent_id", intent}, {"objective", "try the coordinator"}, {"scope", file_set(files)}};
  for (const auto& [name, value] : more)
    payload[name] = value;
  return say("INTENT_ANNOUNCE", std::move(payload));
}

std::string visitor::commit(std::string_view op, std::string_view intent, std::string_view target, json::object more) {
  json::object payload{{"op_id", op},
                       {"intent_id", intent},
                       {"target", target},
                       {"op_kind", "replace"},
                       {"state_ref_before", "sha256:0000000000000001"},
                       {"state_ref_after", "sha256:0000000000000002"}};
  for (const auto& [name, value] : more)
    payload[name] = value;
  return say("OP_COMMIT", std::move(payload));
}

void visitor::take_in() {
  const auto& raw = socket_->heard();
  for (; taken_in_ < raw.size(); ++taken_in_) {
    heard_message message;
    message.text = raw[taken_in_].text;
    message.is_text = raw[taken_in_].is_text;
    message.after = kept_.sent.size();
    json::parse_options how;
    how.max_depth = deepest;
    boost::system::error_code no;
    message.body = json::parse(message.text, no, {}, how);
    message.is_json = !no;
    message.kind = text_at(message.body, "message_type");
    if (message.kind.empty())
      message.kind = text_at(message.body, "type");
    if (const auto value = number_at(message.body, "watermark.value"))
      lamport_ = std::max(lamport_, std::min(*value, std::int64_t{1} << 52)) + 1;
    kept_.heard.push_back(std::move(message));
  }
}

const heard_message* visitor::next(const std::function<bool(const heard_message&)>& fits,
                                   std::chrono::milliseconds within) {
  const heard_message* found = nullptr;
  auto at = passed_;
  const auto look = [&] {
    take_in();
    for (; !found && at < kept_.heard.size(); ++at)
      if (!kept_.heard[at].is_aside && fits(kept_.heard[at]))
        found = &kept_.heard[at];
    return found || socket_->ended();
  };
  road_.wait_until(look, std::chrono::steady_clock::now() + within);
  look();
  if (found)
    passed_ = at;
  return found;
}

const heard_message* visitor::may_hear_one(const std::function<bool(const heard_message&)>& fits,
                                           std::chrono::milliseconds within) {
  return next(fits, within);
}

const heard_message* visitor::may_hear(std::string_view kind, const json::object& expected) {
  return next([&](const heard_message& message) { return fits(message, kind, expected); }, patience_.answer);
}

const heard_message& visitor::hears(std::string_view kind, const json::object& expected) {
  if (const auto* found = may_hear(kind, expected))
    return *found;
  throw surprise(principal_ + " hears no " + in_words(kind, expected) + "; " + heard_lately());
}

const heard_message& visitor::is_refused(const std::string& message_id, std::initializer_list<std::string_view> codes,
                                         std::string_view op) {
  const auto* found = next(
      [&](const heard_message& message) {
        if (message.kind == "OP_REJECT")
          return !op.empty() && text_at(message.body, "payload.op_id") == op;
        const auto about = text_at(message.body, "payload.refers_to");
        return message.kind == "PROTOCOL_ERROR" && (about.empty() || about == message_id);
      },
      patience_.answer);
  if (!found)
    throw surprise("no refusal came; " + heard_lately());
  const auto code = text_at(found->body, "payload.error_code");
  if (found->kind == "PROTOCOL_ERROR" && codes.size() != 0 &&
      std::find(codes.begin(), codes.end(), code) == codes.end())
    throw surprise("it was refused with another code: " + brief(*found));
  return *found;
}

const heard_message* visitor::has_heard(std::string_view kind, const json::object& expected) const {
  for (auto at = passed_; at < kept_.heard.size(); ++at)
    if (!kept_.heard[at].is_aside && fits(kept_.heard[at], kind, expected))
      return &kept_.heard[at];
  return nullptr;
}

const heard_message* visitor::has_heard_of(std::string_view kind, std::string_view name) const {
  for (auto at = passed_; at < kept_.heard.size(); ++at)
    if (kept_.heard[at].kind == kind && kept_.heard[at].text.find(name) != std::string::npos)
      return &kept_.heard[at];
  return nullptr;
}

void visitor::has_not_heard(std::string_view kind, const json::object& expected) const {
  if (const auto* found = has_heard(kind, expected))
    throw surprise(principal_ + " hears " + brief(*found));
}

void visitor::meets_nobody_through(std::string_view name) const {
  const auto* heard = has_heard_of("CONFLICT_REPORT", name);
  if (!heard)
    heard = has_heard("PROTOCOL_ERROR", {{"error_code", "STALE_INTENT"}});
  if (heard)
    throw surprise(principal_ + " hears " + brief(*heard));
}

void visitor::settle() {
  // Whatever the coordinator says, it has an answer to a resolution of a conflict that nobody knows (SPEC 8.2, 22.1),
  // and that answer comes behind everything else. Where none comes, silence has to do.
  const auto passed = passed_;
  if (answers_fences_ && !socket_->ended()) {
    const auto id = say("RESOLUTION", {{"resolution_id", fresh_name("r")},
                                       {"conflict_id", fresh_name("nobody-knows")},
                                       {"decision", "dismissed"},
                                       {"rationale", "to hear everything before"}});
    answers_fences_ = next(
        [&](const heard_message& message) {
          return message.kind == "PROTOCOL_ERROR" && text_at(message.body, "payload.refers_to") == id;
        },
        patience_.answer);
    if (answers_fences_)
      kept_.heard[passed_ - 1].is_aside = true;
  }
  if (!answers_fences_)
    next([](const heard_message&) { return false; }, patience_.silence);
  passed_ = passed;
}

const ending* visitor::may_end() {
  road_.wait_until([&] { return socket_->ended() != nullptr; }, std::chrono::steady_clock::now() + patience_.answer);
  take_in();
  return socket_->ended();
}

std::string visitor::heard_lately() const {
  std::string told;
  std::size_t count = 0;
  for (auto at = passed_; at < kept_.heard.size(); ++at)
    if (!kept_.heard[at].is_aside && count++ < most_told)
      told += (told.empty() ? "heard: " : "; ") + brief(kept_.heard[at]);
  if (count > most_told)
    told += "; and " + std::to_string(count - most_told) + " more";
  if (told.empty())
    told = "nothing came within " + std::to_string(patience_.answer.count()) + " ms";
  if (const auto* end = socket_->ended())
    told += "; the connection ended" + (end->code ? " with " + std::to_string(end->code) : std::string()) +
            (end->reason.empty() ? "" : " (" + printable(end->reason) + ')');
  return told;
}

} // namespace mpac::tools::conform
