#include "app/carportd/folder_session.h"

#include "app/carportd/command_line_act.h"
#include "app/carportd/settings.h"
#include "app/embedded/platform_folders.h"

#include <fmt/format.h>

#include <istream>

namespace carport {

FolderSession::FolderSession() : m_log(Log::toStandardError(LogLevel::warning)) {}

std::optional<std::filesystem::path> chosenDataFolder(Program& program, int& exitCode) {
  std::map<std::string, std::string> flags;
  if (!program.dataFlag.empty()) flags.emplace("data", program.dataFlag);
  const SettingsRead read = readEachSetting(flags, processEnvironment(), program.configFlag);
  for (const SettingMistake& mistake : read.mistakes) {
    exitCode = program.refuse(fmt::format("{}: {}", mistake.where, mistake.reason), kExitUsage);
  }
  if (!read.mistakes.empty()) return std::nullopt;
  if (!read.settings.dataFolder.empty()) return read.settings.dataFolder;
  auto folder = platformDataFolder();
  if (!folder) {
    exitCode = program.refuse(folder.error(), kExitUsage);
    return std::nullopt;
  }
  return *folder;
}

std::unique_ptr<FolderSession> FolderSession::open(Program& program, Missing missing, int& exitCode) {
  const auto path = chosenDataFolder(program, exitCode);
  if (!path) return nullptr;
  std::error_code ignored;
  if (missing == Missing::refuse && !std::filesystem::exists(*path, ignored)) {
    exitCode = program.refuse(fmt::format("There is no data folder {}. Say which with --data DIR", path->string()),
                              kExitFailure);
    return nullptr;
  }
  if (auto ready = initCryptography(); !ready) {
    exitCode = program.refuse(ready.error());
    return nullptr;
  }
  std::unique_ptr<FolderSession> session(new FolderSession);
  auto folder = DataFolder::open(*path, session->context());
  return finish(program, std::move(session), std::move(folder), exitCode);
}

std::unique_ptr<FolderSession> FolderSession::openForReading(Program& program, int& exitCode) {
  const auto path = chosenDataFolder(program, exitCode);
  if (!path) return nullptr;
  std::error_code ignored;
  if (!std::filesystem::exists(*path, ignored)) {
    exitCode = program.refuse(fmt::format("There is no data folder {}. Say which with --data DIR", path->string()),
                              kExitFailure);
    return nullptr;
  }
  std::unique_ptr<FolderSession> session(new FolderSession);
  auto folder = DataFolder::openForReading(*path, session->context());
  return finish(program, std::move(session), std::move(folder), exitCode);
}

std::unique_ptr<FolderSession> FolderSession::finish(Program& program, std::unique_ptr<FolderSession> session,
                                                     Result<DataFolder> folder, int& exitCode) {
  if (!folder) {
    exitCode = program.refuse(folder.error());
    return nullptr;
  }
  session->m_folder.emplace(std::move(*folder));
  auto registry = session->m_folder->openRegistry();
  if (!registry) {
    exitCode = program.refuse(registry.error());
    return nullptr;
  }
  session->m_registry = std::move(*registry);
  session->m_registry->actAs(commandLineAct());
  return session;
}

std::string passwordFrom(Program& program, const std::string& flag) {
  if (flag != "-") return flag;
  std::string line;
  std::getline(program.in, line);
  if (!line.empty() && line.back() == '\r') line.pop_back();
  return line;
}

}  // namespace carport
