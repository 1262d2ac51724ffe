#include "client/agent/event_stream.hpp"

#include <utility>

namespace mpac::client::agent {

std::optional<std::string_view> event_stream::next_line() {
  const auto end = unread_.find_first_of("\r\n", read_);
  if (end == std::string::npos)
    return std::nullopt;
  // A carriage return that comes last may be half of the end of the line.
  if (unread_[end] == '\r' && end + 1 == unread_.size())
    return std::nullopt;
  const auto line = std::string_view(unread_).substr(read_, end - read_);
  read_ = end + (unread_[end] == '\r' && unread_[end + 1] == '\n' ? 2 : 1);
  return line;
}

void event_stream::take(std::string_view line) {
  const auto colon = line.find(':');
  const auto field = line.substr(0, colon);
  auto value = colon == std::string_view::npos ? std::string_view{} : line.substr(colon + 1);
  if (value.starts_with(' '))
    value.remove_prefix(1);
  if (field == "event") {
    event_.name = value;
  } else if (field == "data") {
    if (std::exchange(has_data_, true))
      event_.data += '\n';
    event_.data += value;
  }
}

std::optional<server_event> event_stream::next() {
  constexpr std::string_view mark = "\xEF\xBB\xBF";
  if (!is_begun_ && unread_.size() >= mark.size()) {
    is_begun_ = true;
    if (unread_.starts_with(mark))
      read_ = mark.size();
  }
  while (!is_broken_) {
    const auto line = next_line();
    if (!line) {
      unread_.erase(0, std::exchange(read_, 0));
      is_broken_ = unread_.size() + event_.data.size() > longest_;
      break;
    }
    if (!line->empty()) {
      take(*line);
      continue;
    }
    auto made = std::exchange(event_, {});
    if (std::exchange(has_data_, false))
      return made;
  }
  return std::nullopt;
}

} // namespace mpac::client::agent
