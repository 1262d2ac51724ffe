#include "net/framer.hpp"

#include "net/deflate.hpp"
#include "net/outbox.hpp"
#include "tests/support/catch.hpp"

#include <rapidcheck.h>

#include <string>

using namespace mpac;
using namespace mpac::net;
using namespace std::string_literals;

namespace {

constexpr masking_key key{0x37, 0xfa, 0x21, 0x3d};

std::string from_client(opcode kind, std::string_view payload, bool final = true) {
  return encode_frame(kind, payload, {.final = final, .compressed = false, .mask = key});
}

framed read(std::string_view bytes, framer_limits limits = {}, message_inflater* inflater = nullptr) {
  framer reader;
  framed out;
  reader.feed(bytes, limits, inflater, out);
  return out;
}

std::vector<std::string> texts(const framed& got) {
  std::vector<std::string> all;
  for (const auto& each : got.messages)
    all.emplace_back(each->payload());
  return all;
}

void refused(std::string_view bytes, close_code code, framer_limits limits = {}) {
  const auto got = read(bytes, limits);
  REQUIRE(got.error);
  CHECK(got.error->code == code);
  CHECK_FALSE(got.error->reason.empty());
}

} // namespace

TEST_CASE("a masked text frame becomes a message that can be relayed as it is", "[net]") {
  for (const std::size_t size : {0u, 1u, 7u, 8u, 125u, 126u, 127u, 65535u, 65536u, 200000u}) {
    const std::string text(size, 'x');
    const auto got = read(from_client(opcode::text, text));
    REQUIRE(texts(got) == std::vector{text});
    CHECK(got.messages[0]->wire() == encode_frame(opcode::text, text));
  }
}

TEST_CASE("a binary frame is taken like text", "[net]") {
  CHECK(texts(read(from_client(opcode::binary, "{}"))) == std::vector{"{}"s});
}

TEST_CASE("fragments are put together, and control frames between them are heard at once", "[net]") {
  const auto got = read(from_client(opcode::text, "one ", false) + from_client(opcode::ping, "are you there") +
                        from_client(opcode::continuation, "", false) + from_client(opcode::continuation, "two") +
                        from_client(opcode::text, "three"));
  CHECK(texts(got) == std::vector{"one two"s, "three"s});
  REQUIRE(got.controls.size() == 1);
  CHECK(got.controls[0].kind == opcode::ping);
  CHECK(got.controls[0].payload == "are you there");
}

TEST_CASE("a character may be split between two fragments", "[net]") {
  CHECK(texts(read(from_client(opcode::text, "\xe2\x82", false) + from_client(opcode::continuation, "\xac"))) ==
        std::vector{"\xe2\x82\xac"s});
}

TEST_CASE("what breaks the protocol is refused with 1002", "[net]") {
  const auto with = [](std::string bytes, std::size_t at, char value) {
    bytes[at] = value;
    return bytes;
  };
  const auto hello = from_client(opcode::text, "hello");
  refused(encode_frame(opcode::text, "unmasked"), close_code::protocol_error);
  refused(with(hello, 0, '\xc1'), close_code::protocol_error); // RSV1 without agreement
  refused(with(hello, 0, '\xa1'), close_code::protocol_error); // RSV2
  refused(with(hello, 0, '\x91'), close_code::protocol_error); // RSV3
  for (const int code : {3, 4, 5, 6, 7, 11, 12, 13, 14, 15})
    refused(with(hello, 0, static_cast<char>(0x80 | code)), close_code::protocol_error);
  refused(from_client(opcode::ping, std::string(126, 'p')), close_code::protocol_error);
  refused(from_client(opcode::ping, "half", false), close_code::protocol_error);
  refused(from_client(opcode::continuation, "of nothing"), close_code::protocol_error);
  refused(from_client(opcode::text, "first", false) + hello, close_code::protocol_error);
  refused("\x81\xfe\x00\x05\x00\x00\x00\x00hello"s, close_code::protocol_error); // a longer length than needed
  refused("\x81\xff\x80\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"s, close_code::protocol_error);
}

TEST_CASE("a close frame ends the stream, and a bad one is refused", "[net]") {
  const auto good =
      read(from_client(opcode::close, close_payload(4009, "replaced")) + from_client(opcode::text, "late"));
  REQUIRE(good.controls.size() == 1);
  CHECK(good.controls[0].code == 4009);
  CHECK(good.controls[0].payload == "replaced");
  CHECK(good.messages.empty());
  CHECK(read(from_client(opcode::close, "")).controls.at(0).code == no_status);

  refused(from_client(opcode::close, "\x03"), close_code::protocol_error);
  for (const int code : {0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65535})
    refused(from_client(opcode::close, std::string{static_cast<char>(code >> 8), static_cast<char>(code)}),
            close_code::protocol_error);
  refused(from_client(opcode::close, close_payload(1000, "\xff\xfe")), close_code::invalid_text);
}

TEST_CASE("text that is not UTF-8 is refused with 1007", "[net]") {
  for (const auto* bad : {"\xff", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82"}) {
    refused(from_client(opcode::text, bad), close_code::invalid_text);
    refused(from_client(opcode::text, "begin ", false) + from_client(opcode::continuation, bad),
            close_code::invalid_text);
  }
}

TEST_CASE("a message over the limit is refused with 1009 as soon as its length is known", "[net][23.4-03]") {
  const framer_limits limits{.message_bytes = 1000, .fragments = 4};
  CHECK(texts(read(from_client(opcode::text, std::string(1000, 'a')), limits)).size() == 1);
  const auto over = from_client(opcode::text, std::string(1001, 'a'));
  refused(std::string_view(over).substr(0, 8), close_code::too_big, limits); // the header alone
  refused(from_client(opcode::text, std::string(600, 'a'), false) +
              from_client(opcode::continuation, std::string(401, 'a')).substr(0, 8),
          close_code::too_big, limits);
  refused("\x81\xff\x7f\xff\xff\xff\xff\xff\xff\xff\x00\x00\x00\x00"s, close_code::too_big, limits);
  std::string crumbs = from_client(opcode::text, "", false);
  for (int i = 0; i < 4; ++i)
    crumbs += from_client(opcode::continuation, "", false);
  refused(crumbs, close_code::too_big, limits);
}

TEST_CASE("memory is held only while something is incomplete", "[net]") {
  framer reader;
  framed out;
  const auto feed = [&](std::string_view bytes) { reader.feed(bytes, {}, nullptr, out); };
  CHECK(reader.idle());
  const auto bytes = from_client(opcode::text, "hello");
  feed(bytes.substr(0, 1));
  CHECK_FALSE(reader.idle());
  feed(bytes.substr(1, 8));
  CHECK_FALSE(reader.idle());
  feed(bytes.substr(9));
  CHECK(reader.idle());
  feed(from_client(opcode::text, "a", false));
  CHECK_FALSE(reader.idle());
  feed(from_client(opcode::continuation, "b"));
  CHECK(reader.idle());
  CHECK(texts(out) == std::vector{"hello"s, "ab"s});
}

TEST_CASE("a client reads a server's frames with the same reader, and refuses masked ones", "[net]") {
  framer reader(sender_side::server);
  framed out;
  reader.feed(protocol::frame::of("news")->wire(), {}, nullptr, out);
  CHECK(texts(out) == std::vector{"news"s});
  reader.feed(from_client(opcode::text, "masked"), {}, nullptr, out);
  REQUIRE(out.error);
  CHECK(out.error->code == close_code::protocol_error);
}

namespace {

struct seen {
  std::vector<std::string> messages;
  std::vector<std::string> controls;
  int error = 0;
  bool operator==(const seen&) const = default;
};

seen chopped(std::string_view bytes, const std::vector<std::size_t>& cuts, message_inflater* inflater = nullptr) {
  framer reader;
  framed out;
  for (std::size_t i = 0; !bytes.empty(); ++i) {
    const auto size = std::min(bytes.size(), cuts.empty() ? bytes.size() : 1 + cuts[i % cuts.size()]);
    reader.feed(bytes.substr(0, size), {.message_bytes = 70000}, inflater, out);
    bytes.remove_prefix(size);
  }
  seen all{texts(out), {}, out.error ? static_cast<int>(out.error->code) : 0};
  for (const auto& each : out.controls)
    all.controls.push_back(std::to_string(static_cast<int>(each.kind)) + each.payload);
  return all;
}

} // namespace

TEST_CASE("a header that comes alone leaves nothing behind for the next message", "[net]") {
  framer reader;
  framed out;
  const auto feed = [&](std::string_view bytes) { reader.feed(bytes, {}, nullptr, out); };
  const std::string shorter = from_client(opcode::text, "short");
  feed(std::string_view(shorter).substr(0, 6)); // two bytes and the mask
  feed(std::string_view(shorter).substr(6));
  const std::string text(120, 'x');
  const std::string longer = from_client(opcode::text, text);
  feed(std::string_view(longer).substr(0, 16));
  feed(std::string_view(longer).substr(16));
  CHECK(texts(out) == std::vector<std::string>{"short", text});
}

TEST_CASE("however the bytes are chopped, the same messages come out", "[net]") {
  rc::check("valid streams, with fragments and pings, and what follows the first mistake", [] {
    message_inflater inflater;
    message_deflater deflater;
    std::string bytes;
    std::vector<std::string> sent;
    const auto count = *rc::gen::inRange(1, 8);
    for (int i = 0; i < count; ++i) {
      const auto size = *rc::gen::element<std::size_t>(0, 1, 5, 125, 126, 127, 300, 65535, 65536);
      const std::string text(size, static_cast<char>('a' + i));
      const auto shape = *rc::gen::inRange(0, 4);
      if (shape == 0) {
        bytes += from_client(opcode::text, text);
      } else if (shape == 1) {
        const auto cut = *rc::gen::inRange<std::size_t>(0, size + 1);
        bytes += from_client(opcode::binary, text.substr(0, cut), false) + from_client(opcode::ping, "p") +
                 from_client(opcode::continuation, text.substr(cut));
      } else if (shape == 2) {
        const auto finished = deflater.deflate(text, 15);
        const auto payload = finished->payload();
        // The server's header comes off again, to put a masked one on.
        const std::size_t header = static_cast<unsigned char>(payload[1]) < 126 ? 2 : 4;
        bytes += encode_frame(opcode::text, payload.substr(header), {.final = true, .compressed = true, .mask = key});
      } else {
        bytes += from_client(opcode::pong, "q") + from_client(opcode::text, text);
      }
      sent.push_back(text);
    }
    const auto whole = chopped(bytes, {}, &inflater);
    RC_ASSERT(whole.messages == sent);
    const auto cuts =
        *rc::gen::nonEmpty(rc::gen::container<std::vector<std::size_t>>(rc::gen::weightedOneOf<std::size_t>(
            {{3, rc::gen::inRange<std::size_t>(0, 16)}, {1, rc::gen::inRange<std::size_t>(0, 40000)}})));
    RC_ASSERT(chopped(bytes, cuts, &inflater) == whole);
  });
  rc::check("any bytes at all", [](const std::string& noise, std::vector<std::uint8_t> cuts) {
    const std::string bytes = from_client(opcode::text, "ok") + noise;
    RC_ASSERT(chopped(bytes, {cuts.begin(), cuts.end()}) == chopped(bytes, {}));
  });
}

TEST_CASE("an outbox hands on its frames in order, whatever the system takes at a time", "[net]") {
  rc::check("taken bytes are the pushed bytes", [](const std::vector<std::string>& frames) {
    outbox box;
    std::string expected, got;
    for (const auto& each : frames) {
      box.push(protocol::frame::of(each), written_as::message);
      expected += encode_frame(opcode::text, each);
    }
    while (!box.empty()) {
      RC_ASSERT(box.bytes() == expected.size() - got.size());
      iovec pieces[3];
      const auto used = box.gather(pieces);
      std::string offered;
      for (std::size_t i = 0; i < used; ++i)
        offered.append(static_cast<const char*>(pieces[i].iov_base), pieces[i].iov_len);
      const auto taken = *rc::gen::inRange<std::size_t>(1, offered.size() + 1);
      got += offered.substr(0, taken);
      box.taken(taken);
    }
    RC_ASSERT(got == expected);
    RC_ASSERT(box.bytes() == 0u);
  });
}

TEST_CASE("dropping what is untouched leaves the frame that is half written", "[net]") {
  outbox box;
  for (const auto* each : {"first", "second", "third"})
    box.push(protocol::frame::of(each), written_as::message);
  box.taken(9); // the first and two bytes of the second
  box.drop_untouched();
  CHECK(box.bytes() == 6);
  box.taken(6);
  CHECK(box.empty());
}
