#pragma once

#include "gateway/base/result.h"
#include "gateway/storage/database.h"

#include <span>
#include <string_view>

namespace carport {

/// One numbered step of a schema: migrations/<schema>/NNN_name.sql, built into the program.
struct Migration {
  int version;
  std::string_view name;
  std::string_view sql;
};

/// In ascending version, from 1 on without gaps.
std::span<const Migration> registryMigrations();
std::span<const Migration> telemetryMigrations();
std::span<const Migration> sessionsMigrations();
std::span<const Migration> nitrogenMigrations();

/// Brings the schema of `database` to the newest version, one transaction a step. Fails with StorageErrc::newerVersion,
/// and leaves the file as it is, where a newer Carport has written it. Several processes may do it at once.
Result<void> migrate(Database& database, std::span<const Migration> migrations);
/// What is asked of a file that is only read: that its version is one that this program knows.
Result<void> checkVersion(Database& database, std::span<const Migration> migrations);

}  // namespace carport
