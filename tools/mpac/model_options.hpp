// Which model works on tasks: options that commands with an agent share.
#pragma once

#include "base/result.hpp"
#include "client/agent/model.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <memory>
#include <string>

namespace CLI {
class App;
} // namespace CLI

namespace mpac::tools {

struct model_access {
  std::string model, base_url, api_key_file, ca_file;
  bool sends_key_in_clear = false;
};

/// Adds `--model`, `--model-url`, `--model-in-clear`, `--api-key-file` and `--model-ca-file`.
[[nodiscard]] std::shared_ptr<model_access> add_model_options(CLI::App& app);

/// A paragraph for the help of each.
extern const char* const about_models;

/// The model that works on tasks. The error is a sentence.
[[nodiscard]] base::result<std::shared_ptr<client::agent::model>, std::string>
model_of(const model_access& how, boost::asio::any_io_executor on);

} // namespace mpac::tools
