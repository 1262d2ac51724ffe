#include "protocol/rules/partial_batch.hpp"

#include "protocol/wire/relay_frame.hpp"
#include "protocol/workspace/served_size.hpp"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

namespace mpac::protocol::rules {

void register_refused(operation_record operation, draft& out) {
  const auto& facts = out.facts();
  if (facts.operation(operation.op_id) || facts.batches().find(operation.op_id) ||
      facts.proposals().holds_batch(operation.op_id))
    return; // the id belongs to an operation or a batch that did happen
  operation.state = next(operation_state::none, operation_event::proposed).value();
  operation.state = next(operation.state, operation_event::rejected).value();
  out.note(operation_registered{std::move(operation)});
}

frame_ptr with_refused(const frame_ptr& frame, const std::vector<op_reject>& rejected) {
  if (rejected.empty())
    return frame;
  rapidjson::StringBuffer text;
  rapidjson::Writer<rapidjson::StringBuffer> ids(text);
  ids.StartArray();
  for (const auto& one : rejected)
    ids.String(one.op_id.str().data(), static_cast<rapidjson::SizeType>(one.op_id.str().size()));
  ids.EndArray();
  auto told = with_member(frame, "payload", "rejected_ops", {text.GetString(), text.GetSize()});
  // Longer frames deafen existing clients; the sender at least is told of each entry.
  return told->payload().size() <= max_served_bytes ? told : frame;
}

} // namespace mpac::protocol::rules
