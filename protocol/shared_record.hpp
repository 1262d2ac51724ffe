// A record that is handed on and never changed again: shared where it would be copied.
#pragma once

#include <memory>
#include <utility>

namespace mpac::protocol {

/// Keeps what holds it small, however large the record is: an event is moved and stored many times. Never empty, but
/// for one that was moved from.
template <class T>
class shared_record {
public:
  shared_record(T record) : record_(std::make_shared<const T>(std::move(record))) {}

  const T& operator*() const noexcept { return *record_; }
  const T* operator->() const noexcept { return record_.get(); }

private:
  std::shared_ptr<const T> record_;
};

} // namespace mpac::protocol
