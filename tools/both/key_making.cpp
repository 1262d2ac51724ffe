#include "tools/both/key_making.hpp"

#include "base/clock.hpp"

#include <chrono>
#include <ostream>

namespace mpac::tools {

std::optional<security::key_type> key_type_of(std::string_view word) {
  if (word == "ed25519")
    return security::key_type::ed25519;
  if (word == "p256")
    return security::key_type::p256;
  return std::nullopt;
}

base::result<security::key_files, std::string> make_key(security::key_holder holder, security::key_type type,
                                                        const std::string& common_name, int valid_days,
                                                        const std::string& folder) {
  return security::write_key_pair({type, common_name, base::now(), std::chrono::days{valid_days}, holder}, folder);
}

void describe(const security::key_files& made, security::key_holder holder, const std::string& common_name,
              std::ostream& out) {
  out << "made a key for " << common_name << ", " << made.key_id << "\n\n";
  if (holder == security::key_holder::coordinator)
    out << "[coordinator]\n"
        << "key_file = \"" << made.key.string() << "\"\n"
        << "certificate_file = \"" << made.certificate.string() << "\"\n";
  else
    out << "# nobody certifies it: the hub is to trust this very certificate, among others in one file\n"
        << "[auth.x509]\n"
        << "trust_anchors_file = \"" << made.certificate.string() << "\"\n";
}

} // namespace mpac::tools
