// One HTTP connection of the admin listener: reads a request, waits for the house's answer, writes it, reads the next.
#pragma once

#include "net/admin_desk.hpp"

#include <memory>

namespace boost::asio {
class io_context;
}

namespace mpac::net {

/// Takes over a connected, non-blocking TCP socket and serves it until it ends. On the context's thread.
void serve_admin(std::shared_ptr<admin_desk> desk, boost::asio::io_context& context, int socket);

} // namespace mpac::net
