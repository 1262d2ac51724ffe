#include "cluster/door_options.hpp"

#include "tests/cluster/logged.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temporary_folder.hpp"

#include <filesystem>
#include <fstream>
#include <stdexcept>

using namespace mpac;
using namespace mpac::cluster;
using mpac::cluster::tests::logged;
using std::filesystem::perms;

namespace {

std::string token_file(const mpac::tests::temporary_folder& in, const std::string& text, perms mode) {
  const auto file = in.path() / "token";
  std::ofstream(file) << text;
  std::filesystem::permissions(file, mode);
  return file.string();
}

} // namespace

TEST_CASE("an admin token that others can read is taken, and its file is warned of", "[23.4-05]") {
  const mpac::tests::temporary_folder folder;
  constexpr auto owner = perms::owner_read | perms::owner_write;
  CHECK(read_admin_token("").text.empty());
  const auto file = token_file(folder, "s3cret\nand more\n", owner);
  CHECK(read_admin_token(file).text == "s3cret");
  CHECK(read_admin_token(file).warning.empty());
  for (const auto more : {perms::group_read, perms::others_read, perms::group_write, perms::others_write}) {
    std::filesystem::permissions(file, owner | more);
    const auto read = read_admin_token(file);
    CHECK(read.text == "s3cret");
    CHECK(read.warning.find('\'' + file + '\'') != std::string::npos);
    CHECK(read.warning.find("s3cret") == std::string::npos);
  }
}

TEST_CASE("a file without a token is no token") {
  const mpac::tests::temporary_folder folder;
  CHECK_THROWS_AS(read_admin_token(token_file(folder, "\nlater\n", perms::owner_all)), std::runtime_error);
  CHECK_THROWS_AS(read_admin_token((folder.path() / "none").string()), std::runtime_error);
}

TEST_CASE("wrong admin tokens are counted by address, as many as refused credentials may be", "[23.4-02]") {
  logged to(config::log_level::error);
  metrics figures("1");
  security::attempt_terms terms;
  terms.failures_per_minute = 2;
  const auto options = admin_options({}, "s3cret", nullptr, std::make_shared<chronicle>(figures, to.to),
                                     std::make_shared<failed_attempts>(terms));
  CHECK(options.token == "s3cret");
  options.on_refused(net::admin_refused::no_token, "192.0.2.1");
  for (int i = 0; i < 3; ++i) {
    CHECK_FALSE(options.turned_away_for("192.0.2.1"));
    options.on_refused(net::admin_refused::wrong_token, "192.0.2.1");
  }
  CHECK(options.turned_away_for("192.0.2.1"));
  CHECK_FALSE(options.turned_away_for("192.0.2.2"));
  CHECK(figures.text().find("mpac_admin_refused_total{reason=\"wrong_token\"} 3\n") != std::string::npos);
}
