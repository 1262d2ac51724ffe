#include "store/encoding.hpp"

#include "store/by_place.hpp"
#include "store/kept_values.hpp"

#include <utility>

namespace mpac::store {

using namespace protocol;

namespace {

void put_facts(byte_writer& to, const decision& what) {
  const auto& why = what.cause;
  put_members(to, what.sequence, what.lamport_after, why.kind, why.error, why.who, why.from_its_seat, why.message,
              why.sender_lamport, why.when, what.events, what.chain);
}

bool take_facts(byte_reader& from, decision& what) {
  auto& why = what.cause;
  why.outcome = "kept";
  return take_members(from, what.sequence, what.lamport_after, why.kind, why.error, why.who, why.from_its_seat,
                      why.message, why.sender_lamport, why.when, what.events, what.chain);
}

/// Seats do not last, and a file that somebody read is no message of the protocol.
bool is_kept(const notice& told) {
  return told.frame && !(told.whose == voice::sideband && told.to.to == audience::reach::seat);
}

// Which frame a notice tells: 0 is the one that came in, which is what most tell; else its length and one.
void put_frames(byte_writer& to, const decision& what) {
  const auto& inbound = what.cause.inbound;
  code<frame_ptr>::put(to, inbound);
  to.number(static_cast<std::size_t>(std::count_if(what.notices.begin(), what.notices.end(), is_kept)));
  for (const auto& told : what.notices) {
    if (!is_kept(told))
      continue;
    to.measured([&] { put_members(to, told.to.to, told.to.people, told.to.seat, told.whose, told.lamport); });
    if (told.frame.get() == inbound.get())
      to.byte(0);
    else
      code<frame_ptr>::put(to, told.frame);
  }
}

/// The frames, and a guess at the facts: most records then need no second place.
std::size_t likely_size(const decision& what) {
  constexpr std::size_t facts = 384, envelope_of_a_frame = 48;
  const auto size_of = [](const frame_ptr& one) { return one ? one->payload().size() + envelope_of_a_frame : 0; };
  auto size = facts + size_of(what.cause.inbound);
  for (const auto& told : what.notices)
    size += told.frame.get() == what.cause.inbound.get() ? envelope_of_a_frame : size_of(told.frame);
  return size;
}

bool take_notice(byte_reader& from, notice& told, const frame_ptr& inbound) {
  if (!from.measured(
          [&] { return take_members(from, told.to.to, told.to.people, told.to.seat, told.whose, told.lamport); }) ||
      !code<frame_ptr>::take(from, told.frame))
    return false;
  if (!told.frame)
    told.frame = inbound;
  return told.frame || from.fail("a notice of a frame that never came in");
}

bool take_frames(byte_reader& from, decision& what) {
  std::size_t count = 0;
  if (!code<frame_ptr>::take(from, what.cause.inbound) || !from.count(count) || !from.may_take(count * sizeof(notice)))
    return false;
  what.notices.reserve(count);
  for (std::size_t i = 0; i < count; ++i)
    if (!take_notice(from, what.notices.emplace_back(), what.cause.inbound))
      return false;
  return true;
}

std::string bytes_of(const session_policy& policy) {
  std::string bytes;
  byte_writer to(bytes);
  code<session_policy>::put(to, policy);
  return bytes;
}

/// By what is written of them: a resource registry is equal when it says the same.
bool are_same(const shared_policy& a, const shared_policy& b) {
  return a == b || bytes_of(*a) == bytes_of(*b);
}

/// The policy in force is null where it is the founding one.
template <class Image, class Do>
auto with_policies(Image& image, Do&& what) {
  return std::apply(
      [&](auto& id, auto& founding, auto& current, auto&... others) { return what(id, founding, current, others...); },
      boost::pfr::structure_tie(image));
}

} // namespace

void append_decision(std::string& to, const decision& what) {
  to.reserve(to.size() + likely_size(what));
  byte_writer out(to);
  out.measured([&] { put_facts(out, what); });
  out.measured_widely([&] { put_frames(out, what); });
}

base::result<decision, fault> take_decision(std::string_view& from, part wanted) {
  byte_reader in(from);
  decision what;
  const bool is_read = in.measured([&] { return !in.at_end() ? take_facts(in, what) : in.fail("no facts"); }) &&
                       in.measured_widely([&] { return wanted == part::facts || take_frames(in, what); });
  if (!is_read)
    return base::fail(in.why());
  from = in.rest();
  return what;
}

std::string encode(const session_image& image) {
  std::string bytes;
  byte_writer to(bytes);
  to.measured_widely([&] {
    with_policies(image, [&](auto& id, auto& founding, auto& current, auto&... others) {
      const standing_policy differing{are_same(founding, current) ? nullptr : current};
      put_members(to, id, founding, differing, others...);
    });
  });
  return bytes;
}

base::result<session_image, fault> decode_image(std::string_view bytes, const shared_policy& likely) {
  byte_reader from(bytes);
  session_image image;
  const bool is_read = from.measured_widely([&] {
    return with_policies(image, [&](auto& id, auto& founding, auto& current, auto&... others) {
      standing_policy differing;
      if (!take_members(from, id, founding, differing, others...))
        return false;
      if (!founding)
        return from.fail("a session without a policy");
      if (founding != default_policy() && are_same(founding, likely))
        founding = likely;
      if (differing.policy && are_same(differing.policy, likely))
        differing.policy = likely;
      current = differing.policy ? differing.policy : founding;
      return true;
    });
  });
  if (!is_read || (!from.at_end() && !from.fail("more than one session")))
    return base::fail(from.why());
  return image;
}

} // namespace mpac::store
