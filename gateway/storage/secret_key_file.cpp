#include "gateway/storage/secret_key_file.h"

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

bool writeForOwner(const fs::path& file, const SecretKey& key) {
  std::error_code error;
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write, error);  // before there is anything to read
  if (error) return false;
  out.write(reinterpret_cast<const char*>(key.data()), static_cast<std::streamsize>(key.size()));
  out.close();
  return out.good();
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
  auto draft = file;
  const SecretKey random = makeSecretKey();
  draft += fmt::format(".new-{:02x}{:02x}{:02x}{:02x}", random[0], random[1], random[2], random[3]);
  const bool written = writeForOwner(draft, key);
  if (written) {
    // A link, unlike a rename, fails where another process was quicker; some file systems have no links.
    fs::create_hard_link(draft, file, error);
    if (error && !fs::exists(file)) fs::rename(draft, file, error);
  }
  std::error_code ignored;
  fs::remove(draft, ignored);
  if (!written || !fs::exists(file, ignored)) {
    return fail(StorageErrc::readOnly,
                fmt::format("{} cannot be written. Check that its folder belongs to you and is not "
                            "read-only, and that the disk is not full",
                            file.string()));
  }
  return load(file);
}

}  // namespace carport
