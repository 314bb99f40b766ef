#include "app/carportd/command_line_act.h"

#include "gateway/api/json_codec.h"
#include "gateway/domain/credentials.h"
#include "gateway/storage/migrations.h"
#include "gateway/storage/sqlite_errors.h"
#include "gateway/storage/sqlite_registry_store.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <array>
#include <cstdlib>
#include <utility>

namespace carport {

namespace {

std::string accountName() {
  constexpr std::array kVariables{"SUDO_USER", "USER", "LOGNAME", "USERNAME"};
  for (const char* variable : kVariables) {
    const char* name = std::getenv(variable);
    if (name != nullptr && *name != '\0') return name;
  }
  return {};
}

Result<void> enter(const std::filesystem::path& file, const api::AuditEntry& entry) {
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) return {};
  if (auto ready = initCryptography(); !ready) return ready;
  auto database = Database::open(file, Database::Mode::create);
  if (!database) return failFrom(database);
  // A gateway of another version may be using it: its schema is that gateway's affair.
  const auto version =
      guarded("registry.db", [&]() -> Result<std::int64_t> { return (*database)->integer("PRAGMA user_version"); });
  if (!version) return failFrom(version);
  if (*version != static_cast<std::int64_t>(registryMigrations().size())) return {};
  const SystemClock clock;
  return SqliteRegistryStore(*std::move(database), clock).enter({&entry, 1});
}

}  // namespace

Act commandLineAct() {
  return {{}, {}, api::Door::commandLine, accountName()};
}

void enterInAudit(Program& program, const std::filesystem::path& folder, const std::string& action,
                  const std::string& about, const nlohmann::json& what) {
  auto entry = entryOf(commandLineAct(), action, about);
  if (!what.empty()) entry.after = api::toText(what);
  if (const auto entered = enter(folder / "registry.db", entry); !entered) {
    program.refuse(fmt::format("It could not be entered in the audit log: {}", entered.error().message()),
                   kExitFailure);
  }
}

}  // namespace carport
