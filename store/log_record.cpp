#include "store/log_record.hpp"

#include "store/byte_reader.hpp"
#include "store/byte_writer.hpp"

#include <utility>

namespace mpac::store {

std::string encode_log_record(const parcel& what, std::uint64_t lamport_before) {
  std::string bytes;
  byte_writer to(bytes);
  const auto& last = *what.decisions.back();
  to.measured([&] {
    to.number(last.sequence);
    to.number(lamport_before);
    to.number(static_cast<std::uint64_t>(last.cause.when.time_since_epoch().count()));
  });
  for (const auto& decision : what.decisions)
    append_decision(bytes, *decision);
  return bytes;
}

base::result<log_record_head, fault> take_log_record_head(std::string_view& bytes) {
  byte_reader from(bytes);
  log_record_head head;
  std::uint64_t when = 0;
  const bool is_whole =
      from.measured([&] { return from.number(head.last) && from.number(head.lamport_before) && from.number(when); });
  if (!is_whole)
    return base::fail(fault{"the head of a record of the log: " + from.why().what});
  head.when = base::instant{base::duration{static_cast<std::int64_t>(when)}};
  bytes = from.rest();
  return head;
}

base::result<void, fault> read_log_record(std::string_view bytes, part wanted,
                                          const std::function<bool(protocol::decision&&)>& visit) {
  if (const auto head = take_log_record_head(bytes); !head)
    return head.error();
  while (!bytes.empty()) {
    auto decision = take_decision(bytes, wanted);
    if (!decision)
      return decision.error();
    if (!visit(std::move(*decision)))
      break;
  }
  return {};
}

} // namespace mpac::store
