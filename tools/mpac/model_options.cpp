#include "tools/mpac/model_options.hpp"

#include "client/agent/anthropic_model.hpp"
#include "tools/mpac/file_content.hpp"

#include <CLI/CLI.hpp>

#include <optional>
#include <utility>

namespace mpac::tools {

const char* const about_models = "Tasks are worked on by Claude over Anthropic's Messages API: the key is "
                                 "ANTHROPIC_API_KEY of the environment or in\n"
                                 "a file, never an argument. The names of the session's files, the intents of others "
                                 "and the files to be changed go\n"
                                 "to the model's provider.";

std::shared_ptr<model_access> add_model_options(CLI::App& app) {
  auto how = std::make_shared<model_access>();
  app.add_option("--model", how->model,
                 "Which model works on tasks; left out: ANTHROPIC_MODEL, or " +
                     std::string(client::agent::anthropic_options::usual_model))
      ->type_name("NAME");
  app.add_option("--model-url", how->base_url,
                 "Where it is asked; left out: ANTHROPIC_BASE_URL, or Anthropic's own address")
      ->type_name("URL");
  app.add_flag("--model-in-clear", how->sends_key_in_clear,
               "Ask an http:// address beyond this machine all the same: the key can be read on the way");
  app.add_option("--api-key-file", how->api_key_file, "The file with the key; left out: ANTHROPIC_API_KEY")
      ->type_name("FILE");
  app.add_option("--model-ca-file", how->ca_file, "Whom to believe there: PEM; else the system's authorities")
      ->type_name("FILE");
  return how;
}

base::result<std::shared_ptr<client::agent::model>, std::string> model_of(const model_access& how,
                                                                          boost::asio::any_io_executor on) {
  client::agent::anthropic_options options;
  options.model = how.model;
  options.base_url = how.base_url;
  options.sends_key_in_clear = how.sends_key_in_clear;
  for (const auto& [file, into] :
       {std::pair{&how.api_key_file, &options.api_key}, std::pair{&how.ca_file, &options.authorities}}) {
    if (file->empty())
      continue;
    auto text = content_of(*file);
    if (!text)
      return base::fail("can't read " + *file);
    *into = std::move(*text);
  }
  options.api_key.erase(options.api_key.find_last_not_of(" \t\r\n") + 1);
  auto made = client::agent::anthropic_model::make(std::move(on), std::move(options));
  if (!made)
    return base::fail(client::agent::describe(made.error()));
  return base::result<std::shared_ptr<client::agent::model>, std::string>{boost::system::in_place_value,
                                                                          std::move(*made)};
}

} // namespace mpac::tools
