#pragma once

#include "gateway/base/result.h"

#include <filesystem>

namespace carport {

/// Where a gateway keeps its data when nobody says so: $XDG_DATA_HOME/carport or ~/.local/share/carport,
/// ~/Library/Application Support/Carport on macOS, %APPDATA%\Carport on Windows. Fails where no home folder is known.
Result<std::filesystem::path> platformDataFolder();

}  // namespace carport
