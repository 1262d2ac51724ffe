#include "tools/mpac_cluster/large_pages.hpp"

#ifdef MPAC_MIMALLOC
#include <mimalloc.h>
#endif

namespace mpac::tools {

void use_large_pages() noexcept {
#ifdef MPAC_MIMALLOC
  mi_option_enable(mi_option_large_os_pages);
#endif
}

} // namespace mpac::tools
