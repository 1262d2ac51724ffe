// The hub's log: one line an occurrence, text or JSON (see [log] in cluster.toml). Never a credential, never a file's
// content.
#pragma once

#include "config/settings.hpp"

#include <initializer_list>
#include <memory>
#include <string_view>
#include <utility>

namespace mpac::cluster {

/// Thread-safe. A line is its level, the part of the house that speaks, a sentence, and named values.
class log {
public:
  using values = std::initializer_list<std::pair<std::string_view, std::string_view>>;

  /// Throws std::runtime_error when the file can't be written.
  explicit log(const config::log_settings& how);
  ~log();

  void debug(std::string_view part, std::string_view sentence, values with = {});
  void info(std::string_view part, std::string_view sentence, values with = {});
  void warn(std::string_view part, std::string_view sentence, values with = {});
  void error(std::string_view part, std::string_view sentence, values with = {});
  /// What has to be known afterwards (SPEC 24): is written as `info` is, and whatever the level says.
  void audit(std::string_view part, std::string_view sentence, values with = {});

  /// From the next line on.
  void set_level(config::log_level least);

  log(const log&) = delete;
  log& operator=(const log&) = delete;

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

} // namespace mpac::cluster
