#pragma once

#include "app/carportd/program.h"
#include "gateway/storage/data_folder.h"

#include <filesystem>
#include <memory>
#include <optional>

namespace carport {

/// A data folder as a command line uses it, also beside a running gateway. Owner: the subcommand. One thread.
class FolderSession {
 public:
  enum class Missing { make, refuse };

  /// Opens the folder that flags, environment and file name, or the platform's. On failure prints a sentence and sets
  /// `exitCode`. Where it is missing, it is made or refused.
  static std::unique_ptr<FolderSession> open(Program& program, Missing missing, int& exitCode);

  /// Opens the folder to look into it: nothing in it is made or changed.
  static std::unique_ptr<FolderSession> openForReading(Program& program, int& exitCode);

  const DataFolder& folder() const { return *m_folder; }
  RegistryStore& registry() { return *m_registry; }
  const MetricNames& names() const { return m_names; }
  TimePoint now() const { return m_clock.now(); }

 private:
  FolderSession();
  /// Takes what was opened, and opens the registry; null, with a sentence printed, where either failed.
  static std::unique_ptr<FolderSession> finish(Program& program, std::unique_ptr<FolderSession> session,
                                               Result<DataFolder> folder, int& exitCode);
  StorageContext context() { return StorageContext{m_names, m_clock, m_log.as("storage")}; }

  MetricNames m_names;
  SystemClock m_clock;
  Log m_log;
  std::optional<DataFolder> m_folder;
  std::unique_ptr<RegistryStore> m_registry;
};

/// The folder that flags, environment or file name, or the platform's; prints mistakes and sets `exitCode`.
std::optional<std::filesystem::path> chosenDataFolder(Program& program, int& exitCode);

/// The text of `--password`; `-` reads one line from standard input. Ends with an empty text where none was given.
std::string passwordFrom(Program& program, const std::string& flag);

}  // namespace carport
