#include "gateway/storage/backup_manifest.h"
#include "tests/fuzz/fuzz_input.h"

#include <filesystem>

using namespace carport;

/// What a manifest names lies inside the backup, and it is the same when it is written and read again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto manifest = BackupManifest::parse(fuzz::asText(data, size));
  if (!manifest) {
    fuzz::require(!manifest.error().message().empty(), "every error has a sentence");
    return 0;
  }
  for (const auto& [path, digest] : manifest->files) {
    const std::filesystem::path file(path);
    fuzz::require(file.is_relative() && file.lexically_normal() == file, "a path stays inside the backup");
    fuzz::require(*file.begin() != "..", "a path does not lead upwards");
    fuzz::require(digest.checksum.size() == 64, "a checksum is whole");
  }
  const auto again = BackupManifest::parse(manifest->toText());
  fuzz::require(again.has_value(), "what is written can be read");
  fuzz::require(again->toText() == manifest->toText(), "it is the same");
  return 0;
}
