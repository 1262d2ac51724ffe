#include "tests/conversations/player.hpp"

#include "config/policy_request.hpp"
#include "protocol/workspace/workspace_file.hpp"
#include "tests/support/correspondence.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mpac::tests {
namespace {

/// The first word of a text and what follows it.
std::pair<std::string, std::string_view> word(std::string_view text) {
  const auto end = std::min(text.find(' '), text.size());
  const auto rest = text.find_first_not_of(' ', end);
  return {std::string(text.substr(0, end)), rest == std::string_view::npos ? std::string_view{} : text.substr(rest)};
}

base::duration span_of(std::string_view text) {
  double number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view unit(read.ptr, static_cast<std::size_t>(text.data() + text.size() - read.ptr));
  if (read.ec != std::errc{} || (unit != "s" && unit != "m" && unit != "ms"))
    throw unreadable("expected a time such as 30s, 5m or 200ms, found " + std::string(text));
  return base::from_seconds(number * (unit == "m" ? 60 : unit == "ms" ? 0.001 : 1));
}

class player {
public:
  player(const conversation& what, stage& on) : what_(what), on_(on), talk_(on) {}

  void play() {
    if (!on_.can_restart() && restarts(what_))
      throw beyond_this_stage("what this stage holds does not outlive its coordinator");
    for (const auto& each : what_.sentences)
      at(each.line, [&] { perform(each.text); });
    at(what_.sentences.empty() ? what_.line : what_.sentences.back().line, [&] { expect_silence(lines_); });
  }

private:
  template <class Do>
  void at(int line, Do&& what) {
    try {
      what();
    } catch (const beyond_this_stage&) {
      throw;
    } catch (const std::exception& e) {
      throw misplayed(what_.file + ":" + std::to_string(line) + ": " + e.what() + "\n  in \"" + what_.title + "\"");
    }
  }

  void perform(std::string_view text) {
    const auto [first, rest] = word(text);
    if (first == "session")
      how_.policy = policy_of(protocol::session_policy{}, rest);
    else if (first == "limits")
      set_limits(rest);
    else if (first == "file")
      add_file(rest);
    else
      return act(first, rest, text);
  }

  void act(const std::string& first, std::string_view rest, std::string_view text) {
    if (!std::exchange(is_open_, true))
      on_.open(how_);
    const auto [second, members] = word(rest);
    if (first == "wait")
      return on_.wait(span_of(rest));
    if (first == "restart")
      return restart(rest);
    if (first == "operator" && second == "closes")
      return close(members);
    if (first == "operator" && second == "changes")
      return on_.change_policy(policy_of(*how_.policy, members));
    if (first == "summary")
      return expect_summary(rest);
    if (text == "nobody hears anything")
      return expect_silence(lines_);
    if (first.back() == ',')
      return together(text);
    speak(first, second, members);
  }

  /// `restart`, or `restart after 5m`
  void restart(std::string_view text) {
    const auto [after, downtime] = word(text);
    if (!after.empty() && after != "after")
      throw unreadable("expected 'restart after <time>', found 'restart " + after + "'");
    on_.restart(after.empty() ? base::duration::zero() : span_of(downtime));
  }

  /// `operator closes manual`, and `expire_all` behind it where the intents are to run out
  void close(std::string_view text) {
    const auto [reason, intents] = word(text);
    on_.close_session(protocol::from_word<protocol::close_reason>(reason).value(),
                      intents.empty() ? protocol::close_disposition::withdraw_all
                                      : protocol::from_word<protocol::close_disposition>(intents).value());
  }

  /// `alice, bob hear …`
  void together(std::string_view text) {
    std::vector<std::string> who;
    auto [name, rest] = word(text);
    for (; name.back() == ','; std::tie(name, rest) = word(rest))
      who.push_back(name.substr(0, name.size() - 1));
    who.push_back(name);
    const auto [verb, members] = word(rest);
    const std::string singular = verb == "hear" ? "hears" : verb == "join" ? "joins" : verb == "say" ? "says" : verb;
    for (const auto& each : who)
      speak(each, singular, members);
  }

  void speak(const std::string& line, const std::string& verb, std::string_view rest) {
    if (verb == "connects")
      return connect(line);
    if (verb == "joins") {
      connect(line);
      talk_.says(line, "HELLO " + std::string(rest));
      return hears(line, "SESSION_INFO");
    }
    if (!lines_.contains(line))
      throw unreadable("'" + line + "' is not connected, or the line is none of this notation");
    if (verb == "says")
      return (void)talk_.says(line, rest);
    if (verb == "asks")
      return talk_.asks(line, rest);
    if (verb == "sends")
      return on_.send(line, rest);
    if (verb == "hears")
      return rest == "nothing" ? expect_silence({line}) : hears(line, rest);
    if (verb == "is") {
      const auto [what, more] = word(rest);
      if (what == "refused")
        return hears(line, "PROTOCOL_ERROR refers_to=" + quoted(talk_.last_message(line)) +
                               " error_code=" + std::string(more)); // the code, and maybe more members
      if (what == "told")
        return is_told(line, more);
      if (what == "closed")
        return is_closed(line, more);
    }
    if (verb == "drops")
      return on_.disconnect(line);
    if (verb == "pongs")
      return on_.pong(line);
    throw unreadable("'" + verb + "' is no verb of this notation");
  }

  void connect(const std::string& line) {
    lines_.insert(line);
    on_.connect(line);
  }

  std::optional<json_document> next(const std::string& line, bool routine_too) {
    auto frame = talk_.next(line);
    while (frame && !routine_too && is_routine(*frame))
      frame = talk_.next(line);
    return frame;
  }

  void hears(const std::string& line, std::string_view text) {
    const auto wanted = read_notation(text);
    const auto frame = next(line, wanted.type == "COORDINATOR_STATUS");
    if (!talk_.is_message(line, wanted, frame ? &*frame : nullptr))
      throw unreadable(talk_.why());
  }

  void is_told(const std::string& line, std::string_view text) {
    const auto wanted = read_notation(text);
    const auto frame = next(line, false);
    if (!talk_.is_answer(line, wanted, frame ? &*frame : nullptr))
      throw unreadable(talk_.why());
  }

  void is_closed(const std::string& line, std::string_view code) {
    const auto found = on_.closed_with(line);
    if (!found || std::to_string(*found) != code)
      throw unreadable(line + " should be closed with " + std::string(code) + ", but is " +
                       (found ? "closed with " + std::to_string(*found) : std::string("open")));
  }

  void expect_silence(const std::set<std::string>& who) {
    for (const auto& line : who)
      if (const auto frame = next(line, false))
        throw unreadable(line + " should hear nothing more, but hears " + to_text(*frame));
  }

  void expect_summary(std::string_view text) {
    const auto wanted = read_notation("SUMMARY " + std::string(text));
    const auto found = parse_json(on_.overview());
    std::string why;
    if (!matches(wanted.payload, &found, talk_.names(), why))
      throw unreadable("the summary is different: " + why + "\n  in " + to_text(found));
  }

  static std::string quoted(const std::string& text) {
    return to_text(json_value(text.data(), static_cast<rapidjson::SizeType>(text.size())));
  }

  static protocol::shared_policy policy_of(const protocol::session_policy& base, std::string_view json) {
    auto with_id = parse_json(json);
    put(with_id, "session_id", json_value("talk"));
    auto made = config::read_session_request(base, to_text(with_id));
    if (!made)
      throw unreadable("no policy: " + std::string(json));
    return std::make_shared<const protocol::session_policy>(std::move(made->policy));
  }

  void set_limits(std::string_view text) {
    const auto given = read_notation("LIMITS " + std::string(text));
    how_.limits.participants =
        static_cast<std::uint32_t>(std::max<std::int64_t>(0, number_at(given.payload, "participants")));
    how_.limits.intents_per_participant =
        static_cast<std::uint32_t>(std::max<std::int64_t>(0, number_at(given.payload, "intents_per_participant")));
  }

  void add_file(std::string_view text) {
    const auto [path, content] = word(text);
    const auto value = read_value(content);
    how_.files.put(path, protocol::workspace_file::of({value.GetString(), value.GetStringLength()}));
  }

  const conversation& what_;
  stage& on_;
  opening how_;
  bool is_open_ = false;
  correspondence talk_;
  std::set<std::string> lines_;
};

} // namespace

void play(const conversation& what, stage& on) {
  player(what, on).play();
}

} // namespace mpac::tests
