#include "tools/mpac_cluster/key_making.hpp"

#include "security/key_generation.hpp"

#include <iostream>

namespace mpac::tools {

int make_key(const config::key_request& asked, const config::settings& configuration) {
  security::key_order order;
  order.type = asked.type == "p256" ? security::key_type::p256 : security::key_type::ed25519;
  order.common_name = asked.common_name.empty() ? configuration.node.name : asked.common_name;
  order.valid_from = base::now();
  order.valid_for = std::chrono::days{asked.valid_days};
  const auto made = security::write_key_pair(order, asked.out_dir);
  if (!made) {
    std::cerr << "mpac-cluster: " << made.error() << '\n';
    return 1;
  }
  std::cout << "made a key for " << order.common_name << ", " << made->key_id << "\n\n"
            << "[coordinator]\n"
            << "key_file = \"" << made->key.string() << "\"\n"
            << "certificate_file = \"" << made->certificate.string() << "\"\n";
  return 0;
}

} // namespace mpac::tools
