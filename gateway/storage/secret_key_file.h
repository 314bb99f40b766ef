#pragma once

#include "gateway/base/result.h"
#include "gateway/domain/credentials.h"

#include <filesystem>

namespace carport {

/// The key in `file`; a new one where there is no file yet. The file appears whole or not at all, readable by its owner
/// alone. Two processes that start together end up with the same key. Fails where the file is not a key.
Result<SecretKey> loadOrMakeSecretKey(const std::filesystem::path& file);

}  // namespace carport
