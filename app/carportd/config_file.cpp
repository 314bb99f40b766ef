#include "app/carportd/config_file.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>

namespace carport {

namespace {

std::string trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r");
  if (begin == std::string_view::npos) return {};
  return std::string(text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1));
}

/// On which lines each key stands: CLI11's reader does not tell.
std::map<std::string, std::vector<std::size_t>> linesOfKeys(const std::string& text) {
  std::map<std::string, std::vector<std::size_t>> lines;
  std::istringstream stream(text);
  std::string line;
  for (std::size_t number = 1; std::getline(stream, line); ++number) {
    const std::string content = trimmed(line);
    if (content.empty() || content.front() == '#' || content.front() == ';' || content.front() == '[') continue;
    lines[trimmed(content.substr(0, content.find('=')))].push_back(number);
  }
  return lines;
}

std::string knownKeys() {
  std::string names;
  for (const SettingKey& key : settingKeys()) names += (names.empty() ? "" : ", ") + std::string(key.key);
  return names;
}

bool isKnown(const std::string& name) {
  const auto keys = settingKeys();
  return std::any_of(keys.begin(), keys.end(), [&](const SettingKey& key) { return key.key == name; });
}

/// The whole file; none, with a mistake, where it cannot be read.
std::optional<std::string> readText(const std::filesystem::path& file, std::vector<SettingMistake>& mistakes) {
  std::error_code ignored;
  std::ifstream stream(file, std::ios::binary);
  if (!stream || std::filesystem::is_directory(file, ignored)) {
    mistakes.push_back({file.string(), "The file cannot be read. Check its name and that you may read it"});
    return std::nullopt;
  }
  std::string text(kMaxConfigBytes + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(stream.gcount()));
  if (text.size() > kMaxConfigBytes) {
    mistakes.push_back({file.string(), "The file is larger than 1 MiB; that cannot be settings"});
    return std::nullopt;
  }
  return text;
}

}  // namespace

ConfigFile readConfigFile(const std::filesystem::path& file) {
  ConfigFile result;
  const auto text = readText(file, result.mistakes);
  if (!text) return result;
  std::vector<CLI::ConfigItem> items;
  try {
    std::istringstream stream(*text);
    items = CLI::ConfigTOML().from_config(stream);
  } catch (const std::exception& error) {
    result.mistakes.push_back({file.string(), fmt::format("This is neither TOML nor INI: {}", error.what())});
    return result;
  }
  const auto lines = linesOfKeys(*text);
  std::map<std::string, std::size_t> met;
  for (const CLI::ConfigItem& item : items) {
    if (item.name == "++" || item.name == "--") continue;  // CLI11's marks of where a section begins and ends
    const std::string name = item.fullname();
    const auto at = lines.find(item.name);
    const std::size_t times = met[item.name]++;
    const std::size_t line = at != lines.end() && times < at->second.size() ? at->second[times] : 0;
    const std::string where = line > 0 ? fmt::format("{}, line {}, {}", file.string(), line, name)
                                       : fmt::format("{}, {}", file.string(), name);
    if (!isKnown(name)) {
      result.mistakes.push_back({where, fmt::format("There is no such setting. There are: {}", knownKeys())});
    } else if (times > 0 || (at != lines.end() && at->second.size() > 1 && item.inputs.size() > 1)) {
      result.mistakes.push_back({where, "It is set more than once"});
    } else if (item.inputs.size() != 1) {
      result.mistakes.push_back({where, "It takes one value"});
    } else {
      result.entries.push_back({name, item.inputs.front(), line});
    }
  }
  return result;
}

}  // namespace carport
