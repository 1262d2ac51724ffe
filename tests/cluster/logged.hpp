// A log into a file of its own, and what was written.
#pragma once

#include "cluster/log.hpp"
#include "tests/support/temporary_folder.hpp"

#include <fstream>
#include <string>
#include <vector>

namespace mpac::cluster::tests {

class logged {
public:
  explicit logged(config::log_level level, config::log_format format = config::log_format::text)
      : to({level, format, file()}) {}

  [[nodiscard]] std::vector<std::string> lines() const {
    std::vector<std::string> all;
    std::ifstream in(file());
    for (std::string line; std::getline(in, line);)
      all.push_back(line);
    return all;
  }

private:
  [[nodiscard]] std::string file() const { return (folder_.path() / "log").string(); }

  mpac::tests::temporary_folder folder_;

public:
  cluster::log to;
};

} // namespace mpac::cluster::tests
