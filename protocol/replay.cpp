#include "protocol/replay.hpp"

#include "protocol/wire/extension.hpp"

#include <algorithm>

namespace mpac::protocol {
namespace {

bool is_for(const audience& to, const principal_id& who) {
  const bool named = std::find(to.people.begin(), to.people.end(), who) != to.people.end();
  return to.to == audience::reach::everyone || (to.to == audience::reach::people) == named;
}

} // namespace

void replay_search::see(const told_frame& told) {
  if (kept_from_ == 0)
    kept_from_ = told.lamport;
  if (is_over_ || told.sequence >= request_.before_sequence || !is_for(told.to, request_.who))
    return;
  if (!request_.after_message.empty() || !request_.before_message.empty()) {
    const message_id id(message_id_in(told.frame->payload()));
    if (!id.empty() && id == request_.after_message) {
      found_.clear();
      found_last_ = true;
      return;
    }
    if (!id.empty() && id == request_.before_message) {
      is_over_ = true;
      return;
    }
  }
  found_.emplace_back(told.lamport, told.frame);
}

replay replay_search::result() && {
  replay answer;
  answer.kept_from = kept_from_;
  answer.is_complete = found_last_ || lost_up_to_ <= request_.after_lamport;
  for (auto& [lamport, frame] : found_)
    if (found_last_ || lamport > request_.after_lamport)
      answer.frames.push_back(std::move(frame));
  return answer;
}

} // namespace mpac::protocol
