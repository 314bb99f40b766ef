#include "tests/fuzz/fuzz_fence_file.h"

/// GeoJSON that somebody hands an operator: what is read is a file of fences, and reads back as it was.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  carport::fuzz::readFenceText(data, size, carport::ui::FenceFileKind::geoJson);
  return 0;
}
