// Somebody who judges credentials over HTTP, for tests: answers what it is told to, or nothing.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace mpac::cluster::tests {

struct heard_question {
  std::string head; ///< request line and fields
  std::string body;
};

/// Serves on a thread of its own, one connection after the other.
class webhook_house {
public:
  /// Gives all bytes of the answer; nothing at all keeps the connection open and silent until the house goes.
  using answers = std::function<std::string(const heard_question&)>;
  /// PEM texts for https; empty: http.
  explicit webhook_house(answers how, const std::string& certificate = "", const std::string& key = "");
  ~webhook_house();

  /// "http://127.0.0.1:<port>", or with https.
  [[nodiscard]] std::string url() const;
  /// What was asked until now.
  [[nodiscard]] std::vector<heard_question> heard() const;

  webhook_house(const webhook_house&) = delete;
  webhook_house& operator=(const webhook_house&) = delete;

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

/// An HTTP answer with this body.
std::string http_answer(const std::string& body, const std::string& status = "200 OK");

} // namespace mpac::cluster::tests
