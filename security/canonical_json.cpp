#include "security/canonical_json.hpp"

#include "protocol/wire/raw_json.hpp"
#include "protocol/workspace/unicode_text.hpp"
#include "security/ecmascript_number.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <system_error>
#include <vector>

namespace mpac::security {
namespace {

/// The bytes that a string holds as they are.
constexpr auto is_plain = [] {
  std::array<bool, 256> table{};
  for (std::size_t byte = 0x20; byte < table.size(); ++byte)
    table[byte] = byte != '"' && byte != '\\';
  return table;
}();

std::size_t behind_plain(std::string_view text, std::size_t at) {
  while (at < text.size() && is_plain[static_cast<unsigned char>(text[at])])
    ++at;
  return at;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// In the order of UTF-16 code units, for well-formed UTF-8. It differs from that of the bytes only between characters
/// beyond U+FFFF, whose surrogates come first, and those from U+E000 on.
bool is_before(std::string_view a, std::string_view b) {
  const auto [in_a, in_b] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  if (in_a == a.end() || in_b == b.end())
    return in_a == a.end() && in_b != b.end();
  const auto x = static_cast<unsigned char>(*in_a), y = static_cast<unsigned char>(*in_b);
  constexpr unsigned char beyond = 0xf0, from_e000 = 0xee;
  if (x >= beyond && y >= from_e000 && y < beyond)
    return true;
  if (y >= beyond && x >= from_e000 && x < beyond)
    return false;
  return x < y;
}

/// Reads a text from its first byte to its last and writes it in the canonical form as it goes.
class rewriting {
public:
  rewriting(std::string_view json, std::string_view leave_out) : in_(json), leave_out_(leave_out) {
    out_.reserve(json.size() + 16);
    members_.reserve(32); // more than most messages have open at once
  }

  base::result<canonical_parts, std::string> run() {
    if (!protocol::is_utf8(in_))
      return base::fail(std::string("the text is not UTF-8"));
    skip_space();
    if (value(0)) {
      skip_space();
      if (at_ != in_.size())
        fail("something follows the value");
    }
    if (!why_.empty())
      return base::fail(std::move(why_));
    return canonical_parts{std::move(out_), std::move(left_out_)};
  }

private:
  /// Where a member stands in what has been written, and its name. What a name with escapes means is in `names_`.
  struct member {
    std::size_t begin, value, end;
    std::size_t name, name_size;
    bool has_escapes;
  };

  bool fail(const char* what) {
    if (why_.empty())
      why_ = std::string(what) + " at byte " + std::to_string(at_);
    return false;
  }

  [[nodiscard]] char peek() const { return at_ < in_.size() ? in_[at_] : '\0'; }

  void skip_space() {
    while (at_ < in_.size() && (in_[at_] == ' ' || in_[at_] == '\n' || in_[at_] == '\r' || in_[at_] == '\t'))
      ++at_;
  }

  bool value(std::size_t depth) {
    switch (peek()) {
    case '{':
      return object(depth);
    case '[':
      return array(depth);
    case '"':
      return string();
    case 't':
      return word("true");
    case 'f':
      return word("false");
    case 'n':
      return word("null");
    default:
      return number();
    }
  }

  bool word(std::string_view which) {
    if (in_.substr(at_, which.size()) != which)
      return fail("no JSON value");
    out_ += which;
    at_ += which.size();
    return true;
  }

  // --- numbers ---

  std::size_t digits() {
    const auto first = at_;
    while (is_digit(peek()))
      ++at_;
    return at_ - first;
  }

  bool number() {
    const auto first = at_;
    if (peek() == '-')
      ++at_;
    const auto whole = at_;
    const auto count = digits();
    if (count == 0)
      return fail(at_ == in_.size() ? "the text ends too early" : "no JSON value");
    if (count > 1 && in_[whole] == '0')
      return fail("a number with a leading zero");
    bool is_whole = true;
    if (peek() == '.') {
      is_whole = false;
      ++at_;
      if (digits() == 0)
        return fail("a number without digits behind its point");
    }
    if (peek() == 'e' || peek() == 'E') {
      is_whole = false;
      ++at_;
      if (peek() == '+' || peek() == '-')
        ++at_;
      if (digits() == 0)
        return fail("a number without digits in its exponent");
    }
    const auto text = in_.substr(first, at_ - first);
    constexpr std::size_t always_exact = 15; // digits
    if (is_whole && count <= always_exact) {
      out_ += text == "-0" ? std::string_view("0") : text;
      return true;
    }
    double meant = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), meant);
    if (read.ec == std::errc::result_out_of_range) {
      if (!is_tiny(text))
        return fail("a number beyond the doubles");
      meant = 0;
    }
    append_ecmascript(out_, meant);
    return true;
  }

  /// Of a number that no double stands for: whether it is too small rather than too large.
  static bool is_tiny(std::string_view text) {
    const auto exponent = text.find_first_of("eE");
    const auto mantissa = text.substr(0, exponent);
    // The place of the first digit that counts, as the power of ten it stands for.
    const auto point = std::min(mantissa.find('.'), mantissa.size());
    const auto first = mantissa.find_first_of("123456789");
    if (first == std::string_view::npos)
      return true;
    auto magnitude =
        first < point ? static_cast<std::int64_t>(point - first) : -static_cast<std::int64_t>(first - point);
    if (exponent != std::string_view::npos) {
      const bool is_negative = text[exponent + 1] == '-';
      const auto digits = text.substr(text.find_first_of("0123456789", exponent));
      constexpr auto any_more = std::numeric_limits<std::int64_t>::max() / 2; // no text has as many digits
      std::int64_t shift = 0;
      if (std::from_chars(digits.data(), digits.data() + digits.size(), shift).ec != std::errc{})
        shift = any_more;
      magnitude += (is_negative ? -1 : 1) * std::min(shift, any_more);
    }
    return magnitude < 0;
  }

  // --- strings ---

  bool string() {
    auto from = at_++; // what has not been written yet
    for (;;) {
      at_ = behind_plain(in_, at_);
      if (at_ < in_.size() && in_[at_] == '"')
        break;
      out_.append(in_, from, at_ - from);
      if (at_ == in_.size())
        return fail("a string without end");
      if (in_[at_] != '\\')
        return fail("a control character in a string");
      if (!escape())
        return false;
      from = at_;
    }
    ++at_;
    out_.append(in_, from, at_ - from);
    return true;
  }

  bool escape() {
    ++at_;
    constexpr std::string_view letters = "\"\\/bfnrt", meanings = "\"\\/\b\f\n\r\t";
    std::uint32_t code = 0;
    if (const auto letter = letters.find(peek()); at_ < in_.size() && letter != std::string_view::npos) {
      ++at_;
      code = static_cast<unsigned char>(meanings[letter]);
    } else if (peek() == 'u') {
      if (!unit(code))
        return false;
      if (code >= 0xdc00 && code < 0xe000)
        return fail("a lone surrogate");
      if (code >= 0xd800 && code < 0xdc00) {
        std::uint32_t low = 0;
        if (in_.substr(at_, 2) != "\\u")
          return fail("a lone surrogate");
        ++at_;
        if (!unit(low))
          return false;
        if (low < 0xdc00 || low >= 0xe000)
          return fail("a lone surrogate");
        code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
      }
    } else {
      return fail("an escape that JSON does not have");
    }
    write_character(code);
    return true;
  }

  /// The four digits behind a `u`.
  bool unit(std::uint32_t& code) {
    ++at_;
    code = 0;
    for (int i = 0; i < 4; ++i, ++at_) {
      const char c = peek();
      const char low = static_cast<char>(c | 0x20);
      if (is_digit(c))
        code = code * 16 + static_cast<std::uint32_t>(c - '0');
      else if (low >= 'a' && low <= 'f')
        code = code * 16 + static_cast<std::uint32_t>(low - 'a' + 10);
      else
        return fail("an escape without its four digits");
    }
    return true;
  }

  void write_character(std::uint32_t code) {
    constexpr std::string_view meanings = "\"\\\b\f\n\r\t", letters = "\"\\bfnrt";
    if (code < 0x80) {
      if (const auto letter = meanings.find(static_cast<char>(code)); letter != std::string_view::npos) {
        out_ += '\\';
        out_ += letters[letter];
        return;
      }
      if (code < 0x20) {
        constexpr std::string_view hex = "0123456789abcdef";
        out_ += "\\u00";
        out_ += hex[code >> 4];
        out_ += hex[code & 15];
        return;
      }
    }
    protocol::raw_json::append_utf8(out_, code);
  }

  // --- arrays and objects ---

  bool array(std::size_t depth) {
    if (depth == canonical_depth_limit)
      return fail("nesting too deep");
    ++at_;
    out_ += '[';
    skip_space();
    if (peek() != ']') {
      for (;;) {
        if (!value(depth + 1))
          return false;
        skip_space();
        if (peek() != ',')
          break;
        ++at_;
        out_ += ',';
        skip_space();
      }
    }
    if (peek() != ']')
      return fail("an array that goes on neither with a comma nor with its end");
    ++at_;
    out_ += ']';
    return true;
  }

  bool object(std::size_t depth) {
    if (depth == canonical_depth_limit)
      return fail("nesting too deep");
    ++at_;
    out_ += '{';
    const auto body = out_.size();
    const auto mine = members_.size();
    const auto my_names = names_.size();
    skip_space();
    if (peek() != '}') {
      for (;;) {
        if (!read_member(depth))
          return false;
        skip_space();
        if (peek() != ',')
          break;
        ++at_;
        skip_space();
      }
    }
    if (peek() != '}')
      return fail("an object that goes on neither with a comma nor with its end");
    ++at_;
    if (!put_in_order(body, mine, depth == 0 && !leave_out_.empty()))
      return false;
    members_.resize(mine);
    names_.resize(my_names);
    out_ += '}';
    return true;
  }

  bool read_member(std::size_t depth) {
    if (peek() != '"')
      return fail("a member without a name");
    member made{};
    made.begin = out_.size();
    if (!string())
      return false;
    note_name(made);
    skip_space();
    if (peek() != ':')
      return fail("a name without a colon behind it");
    ++at_;
    out_ += ':';
    skip_space();
    made.value = out_.size();
    if (!value(depth + 1))
      return false;
    made.end = out_.size();
    out_ += ','; // the last one's comma goes in put_in_order
    members_.push_back(made);
    return true;
  }

  /// The name that has just been written is `of`'s.
  void note_name(member& of) {
    of.name = of.begin + 1;
    of.name_size = out_.size() - 1 - of.name;
    const auto written = std::string_view(out_).substr(of.name, of.name_size);
    of.has_escapes = written.find('\\') != std::string_view::npos;
    if (!of.has_escapes)
      return;
    of.name = names_.size();
    names_ += protocol::raw_json::unescaped(written);
    of.name_size = names_.size() - of.name;
  }

  [[nodiscard]] std::string_view name_of(const member& of) const {
    return std::string_view(of.has_escapes ? names_ : out_).substr(of.name, of.name_size);
  }

  /// The members from `first` on, whose text begins at `body`. (The positions hold until the object is whole.)
  bool put_in_order(std::size_t body, std::size_t first, bool may_leave_out) {
    const auto begin = members_.begin() + static_cast<std::ptrdiff_t>(first);
    const auto by_name = [this](const member& a, const member& b) { return is_before(name_of(a), name_of(b)); };
    const bool is_sorted = std::is_sorted(begin, members_.end(), by_name);
    if (!is_sorted)
      std::sort(begin, members_.end(), by_name);
    const auto twice = std::adjacent_find(begin, members_.end(),
                                          [this](const auto& a, const auto& b) { return name_of(a) == name_of(b); });
    if (twice != members_.end())
      return fail("an object with two members of one name, which ends");
    auto left_out = members_.end();
    if (may_leave_out)
      left_out =
          std::find_if(begin, members_.end(), [this](const member& each) { return name_of(each) == leave_out_; });
    if (is_sorted && left_out == members_.end()) {
      if (begin != members_.end())
        out_.pop_back();
      return true;
    }
    scratch_.assign(out_, body);
    out_.resize(body);
    for (auto each = begin; each != members_.end(); ++each) {
      const auto text = std::string_view(scratch_).substr(each->begin - body, each->end - each->begin);
      if (each == left_out) {
        left_out_ = text.substr(each->value - each->begin);
        continue;
      }
      if (out_.size() != body)
        out_ += ',';
      out_ += text;
    }
    return true;
  }

  std::string_view in_, leave_out_;
  std::size_t at_ = 0;
  std::string out_, left_out_, why_;
  std::vector<member> members_; // of the objects that are open, one behind the other
  std::string names_;           // what theirs with escapes mean
  std::string scratch_;
};

} // namespace

base::result<canonical_parts, std::string> canonical_without(std::string_view json, std::string_view leave_out) {
  return rewriting(json, leave_out).run();
}

base::result<std::string, std::string> canonical_json(std::string_view json, std::string_view leave_out) {
  auto made = rewriting(json, leave_out).run();
  if (!made)
    return base::fail(std::move(made.error()));
  return {boost::system::in_place_value, std::move(made->text)};
}

} // namespace mpac::security
