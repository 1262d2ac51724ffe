// Server-sent events, read as they come: bytes in pieces of any size, events out.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace mpac::client::agent {

struct server_event {
  std::string name; ///< `event:`; empty where the server gives none
  std::string data; ///< the lines of `data:`, joined with line feeds
};

/// The stream as https://html.spec.whatwg.org/multipage/server-sent-events.html has it; `id` and `retry` are for
/// streams that are taken up again, and ignored. An event that its blank line does not end is none.
class event_stream {
public:
  /// In bytes; a longer event or line breaks the stream.
  explicit event_stream(std::size_t longest = std::size_t{16} << 20) : longest_(longest) {}

  void feed(std::string_view bytes) { unread_ += bytes; }
  /// The next event that is whole.
  [[nodiscard]] std::optional<server_event> next();
  [[nodiscard]] bool is_broken() const noexcept { return is_broken_; }
  /// Something has begun that its blank line has not ended.
  [[nodiscard]] bool is_inside() const noexcept { return has_data_ || read_ < unread_.size(); }

private:
  std::optional<std::string_view> next_line();
  void take(std::string_view line);

  std::size_t longest_;
  std::string unread_;
  std::size_t read_ = 0;
  server_event event_;
  bool has_data_ = false, is_begun_ = false, is_broken_ = false;
};

} // namespace mpac::client::agent
