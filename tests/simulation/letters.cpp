#include "tests/simulation/letters.hpp"

#include <charconv>

namespace mpac::tests {

std::string message_name(std::uint64_t number) {
  return "m" + std::to_string(number);
}

std::uint64_t message_number(std::string_view id) {
  std::uint64_t number = 0;
  if (id.starts_with('m'))
    std::from_chars(id.data() + 1, id.data() + id.size(), number);
  return number;
}

std::string write_letter(const addressed& to, std::string_view message_type, const contents& inside) {
  std::string text;
  text.reserve(384 + inside.payload.size());
  text.append(R"({"protocol":"MPAC","version":"0.1.13","message_type":")").append(message_type);
  text.append(R"(","message_id":")").append(message_name(to.number));
  text.append(R"(","session_id":")").append(to.session);
  text.append(R"(","sender":{"principal_id":")").append(to.who);
  text.append(R"(","principal_type":")").append(to.type);
  text.append(R"(","sender_instance_id":")").append(to.instance);
  text.append(R"("},"ts":"2026-01-01T00:00:00.000000Z")");
  if (to.lamport != 0)
    text.append(R"(,"watermark":{"kind":"lamport_clock","value":)").append(std::to_string(to.lamport)).append("}");
  if (!inside.extensions.empty())
    text.append(R"(,"extensions":{)").append(inside.extensions).append("}");
  text.append(R"(,"payload":{)").append(inside.payload).append("}}");
  return text;
}

} // namespace mpac::tests
