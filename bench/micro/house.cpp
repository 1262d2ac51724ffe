#include "bench/micro/house.hpp"

#include "bench/micro/measure.hpp"

#include <fmt/format.h>

namespace mpac::bench {
namespace {

using namespace protocol;

// Any day does, as long as it is always the same one.
constexpr base::instant a_morning{std::chrono::sys_days{std::chrono::year{2026} / 3 / 1} + std::chrono::hours{8}};

session_origin origin() {
  session_origin first;
  first.id = session_id("bench");
  first.created_at = a_morning;
  return first;
}

} // namespace

house::house(std::size_t size) : now_(a_morning), facts_(origin()) {
  admission_terms terms;
  terms.session = facts_.origin().id;
  terms.coordinator = facts_.coordinator();
  terms_ = std::make_shared<const admission_terms>(std::move(terms));
  lamports_.resize(size);
  doors_.reserve(size);
  for (std::size_t who = 0; who < size; ++who) {
    const seat_number seat = who + 1;
    doors_.emplace_back(seat, terms_);
    const auto welcomed = live(who, letter(who, "HELLO",
                                           fmt::format(R"({{"display_name":"Agent","roles":["{}"],)"
                                                       R"("capabilities":["intent.broadcast","op.commit"]}})",
                                                       who == 0 ? "owner" : "contributor")));
    if (!welcome_)
      welcome_ = welcomed.notices.at(0).frame;
    const auto& joined = *facts_.people().find(principal_id(fmt::format("agent:agent-{}", who)));
    doors_.back().welcomed(joined.principal_id, joined.type, joined.instance, joined.lamport);
  }
}

frame_ptr house::letter(std::size_t who, std::string_view type, std::string_view payload) {
  return frame::of(fmt::format(
      R"({{"protocol":"MPAC","version":"0.1.13","message_type":"{}","message_id":"message-{:08}","session_id":"bench",)"
      R"("sender":{{"principal_id":"agent:agent-{}","principal_type":"agent","sender_instance_id":"agent-{}-1"}},)"
      R"("ts":"2026-03-01T08:00:00.000000Z","watermark":{{"kind":"lamport_clock","value":{}}},"payload":{}}})",
      type, ++messages_, who, who, ++lamports_[who], payload));
}

frame_ptr house::announce(std::size_t who, std::string_view intent, std::string_view file) {
  return letter(who, "INTENT_ANNOUNCE",
                fmt::format(R"({{"intent_id":"{}","objective":"Take the parser apart","scope":{{"kind":"file_set",)"
                            R"("resources":["{}"]}},"ttl_sec":300}})",
                            intent, file));
}

frame_ptr house::commit(std::size_t who, std::string_view operation, std::string_view intent, std::string_view file) {
  return letter(who, "OP_COMMIT",
                fmt::format(R"({{"op_id":"{}","intent_id":"{}","target":"{}","op_kind":"replace",)"
                            R"("state_ref_before":"sha256:0001","state_ref_after":"sha256:0001"}})",
                            operation, intent, file));
}

frame_ptr house::withdraw(std::size_t who, std::string_view intent) {
  return letter(who, "INTENT_WITHDRAW", fmt::format(R"({{"intent_id":"{}","reason":"done"}})", intent));
}

envelope house::open(const frame_ptr& frame) {
  auto read = decoder_.decode(frame, strictness::lenient);
  prove(read && std::holds_alternative<envelope>(*read), "a letter of the benchmark can be read");
  return std::get<envelope>(std::move(*read));
}

decision house::live(std::size_t who, const frame_ptr& frame) {
  decision last;
  const bool let_in = hear(who, open(frame), frame, [&](decision&& made) { last = std::move(made); });
  prove(let_in && !last.cause.error, fmt::format("accepted: {}", frame->payload()));
  return last;
}

void house::fill(std::size_t count, std::size_t first) {
  for (std::size_t i = 0; i < count; ++i) {
    const auto who = first + i % (size() - first);
    live(who, announce(who, fmt::format("kept-{}", i), fmt::format("src/room-{}/kept-{}.cpp", i % 100, i)));
  }
  prove(facts_.intents().size() == count && facts_.conflicts().all().empty(), "intents live apart from each other");
}

void house::age(std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    const auto intent = fmt::format("past-{}", i);
    live(i % size(), announce(i % size(), intent, fmt::format("src/room-{}/past-{}.cpp", i % 100, i)));
    live(i % size(), withdraw(i % size(), intent));
  }
  prove(facts_.intents().size() == 0, "past intents are over");
}

} // namespace mpac::bench
