// Pages of 2 MiB for the heap, where the system has them.
#pragma once

namespace mpac::tools {

/// Sessions and connections lie all over the heap, and with few large pages the processor finds them sooner
/// (docs/performance.md). To be called before much is allocated. Does nothing where the allocator is another.
void use_large_pages() noexcept;

} // namespace mpac::tools
