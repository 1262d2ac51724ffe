// Ownership of what a C library gives out: a unique_ptr that ends with the library's own function.
#pragma once

#include <memory>

namespace mpac::security {

/// `std::unique_ptr<EVP_PKEY, freed_by<EVP_PKEY_free>>`.
template <auto Function>
struct freed_by {
  template <class Object>
  void operator()(Object* object) const noexcept {
    Function(object);
  }
};

} // namespace mpac::security
