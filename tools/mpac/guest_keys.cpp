#include "tools/mpac/guest_keys.hpp"

#include "security/base64url.hpp"
#include "security/digest.hpp"
#include "security/private_file.hpp"

#include <system_error>

namespace mpac::tools {
namespace {

credential_claims claims_of(const guest& who, const std::string& session) {
  return {who.principal_id, who.roles, {session}, {}, {}};
}

using text = base::result<std::string, std::string>;

/// The key of a guest: as it lies there, or a new one.
text key_of(guest_key& of) {
  std::error_code ignored;
  if (!std::filesystem::exists(of.file, ignored)) {
    auto drawn = security::write_base64url(security::random_key());
    of.is_new = true;
    if (const auto written = security::write_new_file(of.file, drawn + '\n', 0600); !written)
      return base::fail(written.error());
    return text(boost::system::in_place_value, std::move(drawn));
  }
  auto read = security::read_private_file(of.file);
  if (!read)
    return base::fail(read.error());
  read->erase(read->find_last_not_of(" \t\r\n") + 1);
  if (read->empty())
    return base::fail(of.file.string() + " is empty: remove it, and a new key is drawn");
  return text(boost::system::in_place_value, std::move(*read));
}

} // namespace

base::result<std::vector<guest_key>, std::string>
write_guest_keys(const std::vector<guest>& guests, const std::string& session, const std::filesystem::path& folder,
                 const std::filesystem::path& hashes, const guest& own_guest, const std::string& own) {
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (failed)
    return base::fail(folder.string() + ": " + failed.message());
  auto blocks = api_key_block(own, claims_of(own_guest, session), base::now());
  std::vector<guest_key> made;
  for (const auto& who : guests) {
    guest_key next{who, folder / key_file_name(who.principal_id), false};
    const auto key = key_of(next);
    if (!key)
      return base::fail(key.error());
    blocks += '\n' + api_key_block(*key, claims_of(who, session), base::now());
    made.push_back(std::move(next));
  }
  std::filesystem::remove(hashes, failed);
  if (const auto written = security::write_new_file(hashes, blocks, 0600); !written)
    return base::fail(written.error());
  return made;
}

} // namespace mpac::tools
