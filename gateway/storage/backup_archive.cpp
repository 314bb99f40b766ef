#include "gateway/storage/backup_archive.h"

#include "gateway/storage/backup_manifest.h"
#include "gateway/storage/owner_only.h"
#include "gateway/storage/storage_errc.h"
#include "gateway/storage/synced_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace carport {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kBlockBytes = 512;
/// From here on eleven octal digits do not hold a size.
constexpr std::uint64_t kMostOctalBytes = 077777777777ULL;
using Header = std::array<char, kBlockBytes>;

// Where a header's fields are (POSIX.1-1988, ustar).
constexpr std::size_t kNameAt = 0, kNameBytes = 100, kModeAt = 100, kSizeAt = 124, kSizeBytes = 12, kTimeAt = 136,
                      kSumAt = 148, kTypeAt = 156, kMagicAt = 257;

unsigned checksumOf(const Header& header) {
  unsigned sum = 0;
  for (std::size_t i = 0; i < header.size(); ++i) {
    sum += i >= kSumAt && i < kSumAt + 8 ? unsigned{' '} : static_cast<unsigned char>(header[i]);
  }
  return sum;
}

void put(Header& header, std::size_t at, std::string_view text) {
  std::copy(text.begin(), text.end(), header.begin() + static_cast<std::ptrdiff_t>(at));
}

Header headerOf(const std::string& name, std::uint64_t bytes) {
  Header header{};
  put(header, kNameAt, name);
  put(header, kModeAt, "0000600");
  put(header, kModeAt + 8, "0000000");
  put(header, kModeAt + 16, "0000000");
  if (bytes <= kMostOctalBytes) {
    put(header, kSizeAt, fmt::format("{:011o}", bytes));
  } else {
    header[kSizeAt] = static_cast<char>(0x80);
    for (std::size_t i = 0; i < 8; ++i) {
      header[kSizeAt + kSizeBytes - 1 - i] = static_cast<char>((bytes >> (8 * i)) & 0xffU);
    }
  }
  put(header, kTimeAt, "00000000000");
  header[kTypeAt] = '0';
  put(header, kMagicAt, std::string_view("ustar\00000", 8));
  put(header, kSumAt, fmt::format("{:06o}", checksumOf(header)));
  header[kSumAt + 7] = ' ';
  return header;
}

std::optional<std::uint64_t> octalAt(const Header& header, std::size_t at, std::size_t size) {
  std::uint64_t value = 0;
  for (std::size_t i = at; i < at + size && header[i] != '\0' && header[i] != ' '; ++i) {
    if (header[i] < '0' || header[i] > '7') return std::nullopt;
    value = value * 8 + static_cast<std::uint64_t>(header[i] - '0');
  }
  return value;
}

std::optional<std::uint64_t> sizeIn(const Header& header) {
  if ((static_cast<unsigned char>(header[kSizeAt]) & 0x80U) == 0) return octalAt(header, kSizeAt, kSizeBytes);
  std::uint64_t value = 0;
  for (std::size_t i = kSizeBytes - 8; i < kSizeBytes; ++i) {
    value = (value << 8U) | static_cast<unsigned char>(header[kSizeAt + i]);
  }
  return value;
}

tl::unexpected<Error> noArchive(const fs::path& archive, std::string_view why) {
  return fail(StorageErrc::corrupted, fmt::format("{} is no whole backup: {}", archive.string(), why));
}

/// How many bytes lie between the end of a file of so many and the next header.
std::size_t paddingAfter(std::uint64_t bytes) {
  return static_cast<std::size_t>((kBlockBytes - bytes % kBlockBytes) % kBlockBytes);
}

/// Copies so many bytes; false where there are fewer, or they cannot be written.
bool copySome(std::ifstream& in, SyncedFile& out, std::uint64_t bytes, std::vector<char>& chunk,
              const BytesMoved& moved) {
  while (bytes > 0) {
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(bytes, chunk.size()));
    if (!in.read(chunk.data(), static_cast<std::streamsize>(count))) return false;
    if (!out.write(std::span(chunk).first(count))) return false;
    if (moved) moved(count);
    bytes -= count;
  }
  return true;
}

/// Packs files into one archive.
class Packer {
 public:
  Packer(SyncedFile& out, const fs::path& archive, const BytesMoved& moved)
      : m_out(out), m_archive(archive), m_moved(moved) {}

  Result<void> add(const fs::path& file, const std::string& name) {
    std::error_code error;
    const auto bytes = fs::file_size(file, error);
    std::ifstream in(file, std::ios::binary);
    if (error || !in) return fail(StorageErrc::ioFailed, fmt::format("{} cannot be read", file.string()));
    const Header header = headerOf(name, bytes);
    const Header zeros{};
    if (!m_out.write(header) || !copySome(in, m_out, bytes, m_chunk, m_moved) ||
        !m_out.write(std::span(zeros).first(paddingAfter(bytes)))) {
      return cannotWrite(m_archive);
    }
    return {};
  }

 private:
  SyncedFile& m_out;
  const fs::path& m_archive;
  const BytesMoved& m_moved;
  std::vector<char> m_chunk = std::vector<char>(kCopyChunkBytes);
};

}  // namespace

Result<void> packArchive(const fs::path& backup, const fs::path& archive, const BytesMoved& moved) {
  const auto manifest = BackupManifest::read(backup / BackupManifest::kFileName);
  if (!manifest) return failFrom(manifest);
  auto out = SyncedFile::create(archive);
  if (!out) return failFrom(out);
  Packer packer(*out, archive, moved);
  if (auto done = packer.add(backup / BackupManifest::kFileName, std::string(BackupManifest::kFileName)); !done) {
    return done;
  }
  for (const auto& [path, digest] : manifest->files) {
    if (auto done = packer.add(backup / path, path); !done) return done;
  }
  const std::array<char, 2 * kBlockBytes> end{};
  if (!out->write(end) || !out->finish()) return cannotWrite(archive);
  return {};
}

Result<void> unpackArchive(const fs::path& archive, const fs::path& backup) {
  std::ifstream in(archive, std::ios::binary);
  if (!in) return fail(StorageErrc::notFound, fmt::format("There is no backup {}", archive.string()));
  auto error = makeFolderForOwner(backup);
  if (!error) error = makeFolderForOwner(backup / "telemetry");
  if (error) return fail(StorageErrc::readOnly, fmt::format("{}: {}", backup.string(), error.message()));
  std::vector<char> chunk(kCopyChunkBytes);
  Header header{};
  bool any = false;
  while (in.read(header.data(), static_cast<std::streamsize>(header.size())) && header[0] != '\0') {
    const auto bytes = sizeIn(header);
    if (!bytes || octalAt(header, kSumAt, 8) != checksumOf(header)) return noArchive(archive, "a header is damaged");
    const std::string name(header.data(),
                           std::min(std::string_view(header.data(), kNameBytes).find(char{}), kNameBytes));
    if (name != BackupManifest::kFileName && !isBackupPath(name)) {
      return noArchive(archive, "it has a file that belongs into no backup");
    }
    auto out = SyncedFile::create(backup / name);
    if (!out) return failFrom(out);
    if (!copySome(in, *out, *bytes, chunk, {})) {
      return noArchive(archive, fmt::format("{} is cut off, or there is no room to unpack it", name));
    }
    in.ignore(static_cast<std::streamsize>(paddingAfter(*bytes)));
    any = true;
  }
  return any ? Result<void>() : noArchive(archive, "nothing is in it");
}

}  // namespace carport
