#include "app/carportd/config_file.h"
#include "app/carportd/settings.h"
#include "tests/fuzz/fuzz_folder.h"
#include "tests/fuzz/fuzz_input.h"

#include <fstream>
#include <optional>

using namespace carport;

/// A file of settings is understood, or its mistakes are named.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fuzz::Folder folder("fuzz-settings");
  const auto file = folder.path() / "carport.toml";
  std::ofstream(file, std::ios::binary) << fuzz::asText(data, size);
  const auto read = readSettings(
      {}, [](std::string_view) { return std::nullopt; }, file);
  for (const auto& mistake : read.mistakes) {
    fuzz::require(!mistake.where.empty() && !mistake.reason.empty(), "every mistake has a place and a sentence");
  }
  return 0;
}
