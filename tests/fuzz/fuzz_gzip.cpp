#include "gateway/protocol/payload/gzip.h"
#include "tests/fuzz/fuzz_input.h"

using namespace carport;

/// Whatever comes in, no more comes out than was allowed, and a smaller limit changes nothing else.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto out = payload::inflateGzip(fuzz::asText(data, size), 64 * 1024);
  if (!out) {
    fuzz::require(!out.error().message().empty(), "every error has a sentence");
    return 0;
  }
  fuzz::require(out->size() <= 64 * 1024, "the limit holds");
  const auto exact = payload::inflateGzip(fuzz::asText(data, size), out->size());
  fuzz::require(exact && *exact == *out, "what fits exactly fits");
  if (!out->empty()) {
    fuzz::require(!payload::inflateGzip(fuzz::asText(data, size), out->size() - 1), "one byte less does not");
  }
  return 0;
}
