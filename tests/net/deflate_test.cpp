#include "net/deflate.hpp"

#include "net/deflate_terms.hpp"
#include "tests/support/catch.hpp"

#include <rapidcheck.h>

#include <string>

using namespace mpac::net;

namespace {

/// The compressed bytes of a finished frame.
std::string_view without_header(std::string_view frame) {
  const auto code = static_cast<unsigned char>(frame[1]);
  return frame.substr(code < 126 ? 2 : code == 126 ? 4 : 10);
}

} // namespace

TEST_CASE("what is deflated inflates to itself, message by message", "[net]") {
  message_deflater deflater;
  message_inflater inflater;
  rc::check("any text, any window", [&](const std::string& seed) {
    std::string text;
    for (int i = *rc::gen::inRange(0, 300); i > 0; --i)
      text += seed;
    const auto frame = deflater.deflate(text, *rc::gen::inRange(9, 16));
    RC_ASSERT(static_cast<unsigned char>(frame->payload()[0]) == 0xc1); // final, RSV1, text
    const auto got = inflater.inflate(without_header(frame->payload()), text.size());
    RC_ASSERT(got.state == inflate_state::ok);
    RC_ASSERT(got.text == text);
  });
}

TEST_CASE("inflating stops at the limit, and at what is no deflate stream", "[net]") {
  message_deflater deflater;
  message_inflater inflater;
  const auto bomb = deflater.deflate(std::string(5000000, '0'), 15);
  CHECK(bomb->payload().size() < 10000);
  CHECK(inflater.inflate(without_header(bomb->payload()), 4999999).state == inflate_state::too_big);
  CHECK(inflater.inflate(without_header(bomb->payload()), 5000000).state == inflate_state::ok);
  CHECK(inflater.inflate("\xff\xff\xff\xff", 1000).state == inflate_state::corrupt);
  CHECK(inflater.inflate(std::string_view("\xf2\x48\xcd\xc9\xc9\x07\x00", 7), 1000).text ==
        "Hello"); // RFC 7692 7.2.3.1
  CHECK(inflater.inflate(std::string_view("\xf3\x48\xcd\xc9\xc9\x07\x00\x00", 8), 1000).text == "Hello"); // 7.2.3.4
}

TEST_CASE("any bytes may be given to the inflater", "[net]") {
  message_inflater inflater;
  rc::check("it says what they are", [&](const std::string& bytes) {
    const auto got = inflater.inflate(bytes, 100000);
    RC_ASSERT(got.text.size() <= 100000u);
  });
}

TEST_CASE("offers of permessage-deflate are agreed to when they can be kept", "[net]") {
  CHECK(agree_on_deflate("permessage-deflate"));
  CHECK(agree_on_deflate("permessage-deflate; client_max_window_bits"));
  CHECK(agree_on_deflate("x-webkit-deflate-frame, permessage-deflate; server_no_context_takeover"));
  CHECK(agree_on_deflate("permessage-deflate; server_max_window_bits=8, permessage-deflate")->server_window_bits == 15);
  CHECK_FALSE(agree_on_deflate(""));
  CHECK_FALSE(agree_on_deflate("permessage-deflate; unheard_of"));
  CHECK_FALSE(agree_on_deflate("permessage-deflate; server_max_window_bits=16"));
  CHECK_FALSE(agree_on_deflate("permessage-deflate; server_max_window_bits"));
  CHECK(to_header(*agree_on_deflate("permessage-deflate; server_max_window_bits=12")) ==
        "permessage-deflate; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=12");
}
