#include "gateway/api/json_codec.h"
#include "gateway/simulator/recording.h"
#include "tests/fuzz/fuzz_input.h"

#include <nlohmann/json.hpp>

#include <sstream>
#include <string>

using namespace carport;

/// A recorded drive: each row is a message that the gateway can read, and what is left out is counted.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::istringstream in{std::string(fuzz::asText(data, size))};
  const auto recording = sim::Recording::read(in, "drive");
  if (!recording) {
    fuzz::require(!recording.error().message().empty(), "every error has a sentence");
    return 0;
  }
  fuzz::require(!recording->rows.empty() && recording->rows.size() <= sim::Recording::kMaxRows, "there are rows");
  fuzz::require(recording->brokenReasons.size() <= sim::Recording::kMaxNamedBrokenLines, "reasons are limited");
  for (const auto& row : recording->rows) {
    const auto json = api::parseJson(row.json);
    fuzz::require(json && json->is_object(), "a row is a message");
  }
  return 0;
}
