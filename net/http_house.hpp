// What the admin listener hands to the house: an HTTP request taken apart, and the means to answer it.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mpac::net {

using text_pairs = std::vector<std::pair<std::string, std::string>>;

/// A request target, decoded part by part: `/a%2Fb/c?x=1` has the segments `a/b` and `c`.
struct http_target {
  std::string path; ///< as it came, without the query
  std::vector<std::string> segments;
  text_pairs query; ///< in order; `?verbose` has an empty value
};

/// Takes a target apart; nothing when an escape is broken or it does not begin with a slash.
[[nodiscard]] std::optional<http_target> parse_target(std::string_view target);

struct http_request {
  std::string method; ///< `GET`, …; a HEAD comes as GET, its body stays here
  http_target target;
  text_pairs headers; ///< in order
  std::string body;
  std::string peer; ///< address and port of whoever asks

  /// The first header of this name, whatever its case; empty when there is none.
  [[nodiscard]] std::string_view header(std::string_view name) const;
  /// The first query parameter of this name.
  [[nodiscard]] std::optional<std::string_view> parameter(std::string_view name) const;
};

struct http_answer {
  unsigned status = 200;
  std::string content_type = "application/json";
  text_pairs headers = {};
  std::string body = {};
};

/// `{"error":{"code":…,"message":…}}` with this status.
[[nodiscard]] http_answer http_error(unsigned status, std::string_view code, std::string_view message);

/// Takes one piece of a body; nothing means that there are no more.
using piece_taker = std::function<void(std::optional<std::string> piece)>;

/// Asked for one piece at a time, on the admin thread, when the one before has been written.
/// It calls the taker once, now or later, from any thread. Dropped without a call: the body ends short. An empty piece
/// is no piece: the next one is asked for.
using piece_source = std::function<void(piece_taker take)>;

/// Answers one request, once: of several calls the first counts. Any thread. Dropped without a call: 500.
class reply {
public:
  virtual ~reply() = default;
  virtual void send(http_answer answer) = 0;
  /// A body of unknown length, sent chunk by chunk; `head.body` is not used.
  virtual void stream(http_answer head, piece_source next) = 0;
};

/// The house's side. Called on the admin thread; must not block it.
class http_house {
public:
  virtual ~http_house() = default;
  virtual void handle(http_request request, std::shared_ptr<reply> answer) = 0;
};

} // namespace mpac::net
