#pragma once

#include "gateway/base/result.h"
#include "gateway/domain/credentials.h"

#include <cstdint>
#include <filesystem>

namespace carport {

/// The key in `file`. Fails where there is no such file, or where it is not a key.
Result<SecretKey> loadSecretKey(const std::filesystem::path& file);

/// The same; a new key where there is no file yet and `carsWithSecrets`, counted before this call, is none: with a new
/// key none of their secrets would be accepted any more. The file appears whole or not at all, readable by its owner
/// alone. Two processes that start together end up with the same key.
Result<SecretKey> loadOrMakeSecretKey(const std::filesystem::path& file, std::int64_t carsWithSecrets);

}  // namespace carport
