// The conversations where nothing lasts but what is written down: decisions and images, as bytes.
#include "protocol/decide.hpp"
#include "protocol/wire/snapshot_encoder.hpp"
#include "store/encoding.hpp"
#include "tests/conversations/season.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/pure_house.hpp"

#include <optional>
#include <stdexcept>
#include <string>

using namespace mpac;
using namespace mpac::tests;

namespace {

void prove(bool holds, const std::string& claim) {
  if (!holds)
    throw std::logic_error("not so: " + claim);
}

protocol::decision written_and_read(const protocol::decision& made, store::part wanted) {
  std::string bytes;
  store::append_decision(bytes, made);
  bytes += "next";
  std::string_view rest(bytes);
  auto read = store::take_decision(rest, wanted);
  prove(read.has_value(), read ? "" : "a decision can be read: " + read.error().what);
  prove(rest == "next", "a decision knows where it ends");
  return std::move(*read);
}

protocol::session written_and_read(const std::string& bytes) {
  auto image = store::decode_image(bytes);
  prove(image.has_value(), image ? "" : "an image can be read: " + image.error().what);
  return protocol::session(std::move(*image));
}

void prove_same(const protocol::session& a, const protocol::session& b, base::instant now, const std::string& whose) {
  prove(protocol::snapshot_json(a, now) == protocol::snapshot_json(b, now), whose + " snapshot is the same");
  prove(protocol::next_deadline(a) == protocol::next_deadline(b), whose + " next deadline is the same");
  prove(store::encode(a.image()) == store::encode(b.image()), whose + " image is the same");
}

/// Lives as always. Beside it lives a session of the kept decisions alone, and one is made of the image after each.
class house_with_copies : public pure_house {
public:
  void open(const opening& how) override {
    pure_house::open(how);
    follower_.emplace(facts().image());
  }

protected:
  void absorbed(const protocol::decision& made, protocol::session& living) override {
    follower_->absorb(written_and_read(made, store::part::facts));
    prove_same(*follower_, living, now(), "the follower's");
    prove_same(written_and_read(store::encode(living.image())), living, now(), "the copy's");
  }

private:
  std::optional<protocol::session> follower_;
};

/// Forgets everything with each decision, but for the image.
class forgetful_house : public pure_house {
protected:
  void absorbed(const protocol::decision&, protocol::session& living) override {
    living = written_and_read(store::encode(living.image()));
  }
};

} // namespace

TEST_CASE("in every conversation, what is kept of a session is the session", "[8.1.1.2-18][7.7-04]") {
  check_season([] { return std::make_unique<house_with_copies>(); }, 130);
}

TEST_CASE("every conversation goes as written though the session is made anew of its image after each decision",
          "[8.1.1.2-18]") {
  check_season([] { return std::make_unique<forgetful_house>(); }, 130);
}
