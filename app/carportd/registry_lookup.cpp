#include "app/carportd/registry_lookup.h"

#include "gateway/api/enum_names.h"

#include <fmt/format.h>

#include <algorithm>

namespace carport {

namespace {
std::string wordFor(api::PrincipalType type) {
  return type == api::PrincipalType::device ? "car" : std::string(api::nameOf(type));
}
}  // namespace

std::optional<std::vector<PrincipalRecord>> listPrincipals(Program& program, RegistryStore& store,
                                                           api::PrincipalType type, int& exitCode) {
  auto snapshot = store.load();
  if (!snapshot) {
    exitCode = program.refuse(snapshot.error());
    return std::nullopt;
  }
  std::vector<PrincipalRecord> found;
  for (PrincipalRecord& record : snapshot->principals) {
    if (record.principal.type == type) found.push_back(std::move(record));
  }
  std::sort(found.begin(), found.end(),
            [](const PrincipalRecord& a, const PrincipalRecord& b) { return a.principal.id < b.principal.id; });
  return found;
}

std::optional<PrincipalRecord> findPrincipal(Program& program, RegistryStore& store, const std::string& id,
                                             api::PrincipalType type, int& exitCode) {
  auto all = listPrincipals(program, store, type, exitCode);
  if (!all) return std::nullopt;
  for (PrincipalRecord& record : *all) {
    if (record.principal.id == id) return std::move(record);
  }
  exitCode = program.refuse(fmt::format("There is no {} “{}” in this data folder", wordFor(type), id), kExitFailure);
  return std::nullopt;
}

bool checkId(Program& program, const std::string& id) {
  if (api::isValidPrincipalId(id)) return true;
  program.refuse(fmt::format("“{}” cannot be an id. Use 1 to {} of A–Z a–z 0–9 . _ - @, not beginning with a dot", id,
                             api::kMaxPrincipalIdBytes),
                 kExitUsage);
  return false;
}

}  // namespace carport
