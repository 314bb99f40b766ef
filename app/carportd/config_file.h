#pragma once

#include "app/carportd/settings.h"

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace carport {

/// One `key = value` of a file.
struct ConfigEntry {
  std::string key;
  std::string value;
  std::size_t line = 0;  ///< from 1; 0: not known
};

struct ConfigFile {
  std::vector<ConfigEntry> entries;
  std::vector<SettingMistake> mistakes;  ///< what cannot be read, unknown and double keys
};

/// Largest file that is read.
inline constexpr std::size_t kMaxConfigBytes = 1024 * 1024;

/// Reads a TOML or INI file of plain `key = value` lines (sections are not used). Only keys of settingKeys() are known.
ConfigFile readConfigFile(const std::filesystem::path& file);

}  // namespace carport
