#include "gateway/storage/backup_checksum.h"

#include "gateway/storage/storage_errc.h"
#include "gateway/storage/synced_file.h"

#include <fmt/format.h>
#include <sodium.h>

#include <fstream>
#include <vector>

namespace carport {

namespace {

constexpr std::size_t kHashBytes = 32;

tl::unexpected<Error> cannotRead(const std::filesystem::path& file) {
  return fail(StorageErrc::ioFailed,
              fmt::format("{} cannot be read. Check that it is there and that you may read it", file.string()));
}

/// Hands the file to `use` in chunks; false where `use` says so.
Result<FileDigest> readChunks(const std::filesystem::path& file, const BytesMoved& moved,
                              const std::function<bool(std::span<const char>)>& use) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return cannotRead(file);
  DigestMaker digest;
  std::vector<char> chunk(kCopyChunkBytes);
  while (in) {
    in.read(chunk.data(), static_cast<std::streamsize>(chunk.size()));
    const auto count = static_cast<std::size_t>(in.gcount());
    if (count == 0) break;
    const std::span<const char> bytes(chunk.data(), count);
    digest.add(bytes);
    if (!use(bytes)) return fail(StorageErrc::ioFailed);
    if (moved) moved(count);
  }
  if (in.bad()) return cannotRead(file);
  return digest.finish();
}

}  // namespace

struct DigestMaker::State {
  crypto_generichash_state hash;
};

DigestMaker::DigestMaker() : m_state(std::make_unique<State>()) {
  crypto_generichash_init(&m_state->hash, nullptr, 0, kHashBytes);
}

DigestMaker::~DigestMaker() = default;

void DigestMaker::add(std::span<const char> bytes) {
  crypto_generichash_update(&m_state->hash, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  m_bytes += bytes.size();
}

FileDigest DigestMaker::finish() {
  std::array<unsigned char, kHashBytes> hash{};
  crypto_generichash_final(&m_state->hash, hash.data(), hash.size());
  FileDigest digest{m_bytes, {}};
  for (const unsigned char byte : hash) digest.checksum += fmt::format("{:02x}", byte);
  return digest;
}

Result<FileDigest> digestOf(const std::filesystem::path& file, const BytesMoved& moved) {
  return readChunks(file, moved, [](std::span<const char>) { return true; });
}

Result<FileDigest> copyBytes(const std::filesystem::path& from, const std::filesystem::path& to,
                             const BytesMoved& moved) {
  auto out = SyncedFile::create(to);
  if (!out) return failFrom(out);
  bool written = true;
  auto digest = readChunks(from, moved, [&](std::span<const char> bytes) { return written = out->write(bytes); });
  if (digest) written = out->finish();
  if (!written) return cannotWrite(to);
  return digest;
}

}  // namespace carport
