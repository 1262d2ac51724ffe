// One version of a shared file: its text with the state ref that names it (SPEC 9.5, 16.3).
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <utility>

namespace mpac::protocol {

/// An immutable text with its state ref and size, computed once, when it is made; copies share all of it.
/// Thread-safe to share. One that was moved from may only be assigned to or destroyed.
class workspace_file {
public:
  /// Names `content` by its hash; it must be UTF-8.
  static workspace_file of(std::string content);

  [[nodiscard]] const std::string& content() const noexcept { return version_->content; }
  [[nodiscard]] std::shared_ptr<const std::string> shared_content() const noexcept {
    return {version_, &version_->content};
  }

  /// Always `state_ref_of(content())`.
  [[nodiscard]] const std::string& state_ref() const noexcept { return version_->state_ref; }

  /// In Unicode code points, as FILE_LIST_RESPONSE tells it.
  [[nodiscard]] std::size_t size() const noexcept { return version_->size; }

  friend bool operator==(const workspace_file& a, const workspace_file& b) noexcept {
    return a.version_ == b.version_ || a.content() == b.content();
  }

private:
  struct version {
    std::string content;
    std::string state_ref;
    std::size_t size;
  };
  explicit workspace_file(std::shared_ptr<const version> made) noexcept : version_(std::move(made)) {}

  std::shared_ptr<const version> version_;
};

} // namespace mpac::protocol
