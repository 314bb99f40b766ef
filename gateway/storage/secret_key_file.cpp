#include "gateway/storage/secret_key_file.h"

#include "gateway/storage/owner_only.h"
#include "gateway/storage/storage_errc.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <system_error>

namespace carport {

namespace {

namespace fs = std::filesystem;

Result<SecretKey> load(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) {
    return fail(StorageErrc::readOnly, fmt::format("{} cannot be read. Check that it belongs to you", file.string()));
  }
  std::array<char, std::tuple_size_v<SecretKey> + 1> bytes{};
  in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  SecretKey key;
  if (in.gcount() != static_cast<std::streamsize>(key.size())) {
    return fail(
        StorageErrc::corrupted,
        fmt::format("{} is damaged: it must have {} bytes. Put a backup of it in its place; with another key no "
                    "car's secret is accepted any more",
                    file.string(), key.size()));
  }
  std::transform(bytes.begin(), bytes.end() - 1, key.begin(), [](char c) { return static_cast<std::uint8_t>(c); });
  return key;
}

}  // namespace

Result<SecretKey> loadSecretKey(const fs::path& file) {
  std::error_code ignored;
  if (fs::exists(file, ignored)) return load(file);
  return fail(StorageErrc::notFound, fmt::format("{} is missing. Put it back from a backup", file.string()));
}

Result<SecretKey> loadOrMakeSecretKey(const fs::path& file, std::int64_t carsWithSecrets) {
  std::error_code error;
  if (fs::exists(file, error)) return load(file);
  if (carsWithSecrets > 0) {
    return fail(StorageErrc::corrupted,
                fmt::format("{} is missing, and without it the secret of no car can be checked ({} {} one). Put it "
                            "back from a backup. Where there is none, put {} random bytes in its place and give every "
                            "car a new secret with carportd device secret ID",
                            file.string(), carsWithSecrets, carsWithSecrets == 1 ? "car has" : "cars have",
                            std::tuple_size_v<SecretKey>));
  }
  if (const auto ready = initCryptography(); !ready) return failFrom(ready);
  const SecretKey key = makeSecretKey();
  const auto failed = writeFileForOwner(file, {reinterpret_cast<const char*>(key.data()), key.size()});
  // Another process that was quicker has made the key for both.
  if (failed && failed != std::errc::file_exists) {
    return fail(StorageErrc::readOnly,
                fmt::format("{} cannot be written. Check that its folder belongs to you and is not "
                            "read-only, and that the disk is not full",
                            file.string()));
  }
  return load(file);
}

}  // namespace carport
