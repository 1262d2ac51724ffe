#include "cluster/snapshot_import.hpp"

#include "cluster/session_path.hpp"
#include "protocol/session.hpp"
#include "protocol/session_image.hpp"
#include "protocol/wire/raw_json.hpp"
#include "protocol/wire/snapshot_decoder.hpp"

#include <exception>
#include <fstream>
#include <iterator>
#include <memory>
#include <utility>

namespace mpac::cluster {
namespace {

base::failure<std::string> no(const std::filesystem::path& file, const std::string& why) {
  return base::fail("--import-snapshot " + file.string() + ": " + why);
}

} // namespace

base::result<protocol::session_id, std::string> import_snapshot(const std::filesystem::path& file,
                                                                const session_catalog& catalog, store::engine& into) {
  if (!into.is_durable())
    return no(file, "store.engine = \"memory\" keeps nothing");
  std::ifstream in(file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  if (!in.is_open() || in.bad())
    return no(file, "can't be read");

  const auto root = protocol::raw_json::value_at(text, 0);
  if (root && protocol::raw_json::find_member(text, *root, "redacted"))
    return no(file, "it lacks what privacy.redact names; ask for it with ?whole=true (mpac snapshot --whole)");

  // Whose it is decides what holds where it says nothing.
  const auto glance = protocol::read_snapshot(text);
  if (!glance)
    return no(file, glance.error().description);
  if (!is_session_name(glance->id.str()))
    return no(file, "session_id: no connection could ever name '" + glance->id.str() + "'");
  const auto around = catalog.surroundings_of(glance->id);
  auto image = protocol::read_snapshot(text, {around.policy, around.limits, around.files});
  if (!image)
    return no(file, image.error().description);
  image->workspace_dir = around.workspace_dir;
  image->answers_to_any_id = around.answers_to_any_id;
  image->has_own_policy = true;

  const auto known = into.look_up(image->id);
  if (!known)
    return no(file, known.error().what);
  if (*known)
    return no(file, "there is a session '" + image->id.str() + "' already");
  try {
    (void)protocol::session(*image); // what no session can hold is not kept
  } catch (const std::exception& why) {
    return no(file, why.what());
  }
  auto id = image->id;
  const store::parcel whole{id, {}, std::make_shared<const protocol::session_image>(std::move(*image))};
  if (auto done = into.append({&whole, 1}); !done)
    return no(file, done.error().what);
  return id;
}

} // namespace mpac::cluster
