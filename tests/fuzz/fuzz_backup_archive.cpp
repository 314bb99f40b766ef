#include "gateway/storage/backup_archive.h"
#include "gateway/storage/backup_manifest.h"
#include "tests/fuzz/fuzz_folder.h"
#include "tests/fuzz/fuzz_input.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>

using namespace carport;

namespace {

namespace fs = std::filesystem;
constexpr std::size_t kBlock = 512;

/// Puts the checksum of each block right that looks like a header (POSIX.1-1988, “ustar”), or nothing would be read.
std::string withChecksums(std::string archive) {
  for (std::size_t at = 0; at + kBlock <= archive.size(); at += kBlock) {
    if (archive.compare(at + 257, 5, "ustar") != 0) continue;
    std::fill_n(archive.begin() + static_cast<std::ptrdiff_t>(at + 148), 8, ' ');
    unsigned sum = 0;
    for (std::size_t i = 0; i < kBlock; ++i) sum += static_cast<unsigned char>(archive[at + i]);
    for (std::size_t i = 0; i < 6; ++i) archive[at + 148 + i] = static_cast<char>('0' + (sum >> (3 * (5 - i)) & 7));
    archive[at + 154] = '\0';
  }
  return archive;
}

}  // namespace

/// An archive writes nothing outside its folder and nothing that belongs into no backup.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fuzz::Folder work("fuzz-archive");
  const auto archive = work.path() / "in.tar", out = work.path() / "out";
  const auto text = withChecksums(std::string(fuzz::asText(data, size)));
  std::ofstream(archive, std::ios::binary) << text;
  const auto done = unpackArchive(archive, out);
  if (!done) fuzz::require(!done.error().message().empty(), "every error has a sentence");
  std::error_code error;
  std::uintmax_t bytes = 0;
  for (const auto& entry : fs::recursive_directory_iterator(work.path(), error)) {
    fuzz::require(!entry.is_symlink(), "there are no links");
    if (!entry.is_regular_file() || entry.path() == archive) continue;
    const auto name = entry.path().lexically_relative(out).generic_string();
    fuzz::require(isBackupPath(name) || name == BackupManifest::kFileName,
                  "only what belongs into a backup is written");
    bytes += entry.file_size();
  }
  fuzz::require(bytes <= text.size(), "no more comes out than went in");
  fs::remove_all(out, error);
  return 0;
}
