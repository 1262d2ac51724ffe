#include "client/event.hpp"

#include "protocol/message_kind.hpp"

#include <array>
#include <type_traits>

namespace mpac::client {
namespace {

/// The number of a message's kind: its place in `message_body`.
template <class Message, std::size_t I = 0>
constexpr std::size_t place_of() {
  if constexpr (std::is_same_v<std::variant_alternative_t<I, protocol::message_body>, Message>)
    return I;
  else
    return place_of<Message, I + 1>();
}

struct name {
  std::string_view operator()(const joined&) const noexcept { return "joined"; }
  std::string_view operator()(const caught_up&) const noexcept { return "caught_up"; }
  std::string_view operator()(const connection_lost&) const noexcept { return "connection_lost"; }
  std::string_view operator()(const coordinator_silent&) const noexcept { return "coordinator_silent"; }
  std::string_view operator()(const coordinator_back&) const noexcept { return "coordinator_back"; }
  std::string_view operator()(const causal_gap&) const noexcept { return "causal_gap"; }
  std::string_view operator()(const claim_waits&) const noexcept { return "claim_waits"; }
  std::string_view operator()(const frame_ignored&) const noexcept { return "frame_ignored"; }
  std::string_view operator()(const events_dropped&) const noexcept { return "events_dropped"; }
  std::string_view operator()(const ended&) const noexcept { return "ended"; }
  std::string_view operator()(const protocol::file_updated&) const noexcept { return "FILE_UPDATED"; }
  std::string_view operator()(const heard<protocol::unknown_message>& of) const noexcept { return of.said.type; }
  template <class Message>
  std::string_view operator()(const heard<Message>&) const noexcept {
    return protocol::words_of<protocol::message_kind>[place_of<Message>()];
  }
};

} // namespace

std::string_view name_of(const event& what) noexcept {
  return std::visit(name{}, what);
}

} // namespace mpac::client
