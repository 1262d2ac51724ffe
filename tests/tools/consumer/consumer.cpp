// Makes a frame with the installed headers and libraries and reads its bytes back.
#include "protocol/wire/frame.hpp"

#include <cstdio>
#include <string_view>

int main() {
  const std::string_view text = R"({"protocol":"MPAC"})";
  const auto frame = mpac::protocol::frame::of(text);
  if (frame->payload() != text || frame->wire().size() != text.size() + 2) {
    std::fputs("the installed library wrote another frame than its header promises\n", stderr);
    return 1;
  }
  return 0;
}
