#include "gateway/storage/migrations.h"

#include "gateway/storage/sqlite_errors.h"
#include "gateway/storage/transaction.h"

#include <fmt/format.h>

namespace carport {

namespace {

std::int64_t versionOf(Database& database) {
  return database.integer("PRAGMA user_version");
}

Result<void> refuseNewer(const Database& database, std::int64_t version, std::size_t known) {
  if (version <= static_cast<std::int64_t>(known)) return {};
  return fail(
      StorageErrc::newerVersion,
      fmt::format("{} was written by a newer Carport (its version is {}, this program knows {}). It was left as it "
                  "is. Use the newer Carport",
                  database.path().string(), version, known));
}

}  // namespace

Result<void> checkVersion(Database& database, std::span<const Migration> migrations) {
  return guarded(database.name(), [&]() -> Result<void> {
    const auto version = versionOf(database);
    if (version == 0) {
      return fail(StorageErrc::notFound, fmt::format("{} has nothing in it yet", database.name()));
    }
    return refuseNewer(database, version, migrations.size());
  });
}

Result<void> migrate(Database& database, std::span<const Migration> migrations) {
  return guarded(database.name(), [&]() -> Result<void> {
    if (const auto known = refuseNewer(database, versionOf(database), migrations.size()); !known) return known;
    for (const Migration& step : migrations) {
      if (versionOf(database) >= step.version) continue;
      Transaction transaction(database);
      if (versionOf(database) >= step.version) continue;  // another process was quicker
      database.exec(std::string(step.sql).c_str());
      database.exec(fmt::format("PRAGMA user_version = {}", step.version).c_str());
      transaction.commit();
    }
    return {};
  });
}

}  // namespace carport
