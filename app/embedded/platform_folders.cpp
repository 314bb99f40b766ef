#include "app/embedded/platform_folders.h"

#include "gateway/base/base_errc.h"

#include <cstdlib>
#include <optional>

namespace carport {

namespace {

/// An environment variable that holds an absolute path.
std::optional<std::filesystem::path> pathFromEnvironment(const char* variable) {
  const char* value = std::getenv(variable);
  if (value == nullptr || *value == '\0') return std::nullopt;
  std::filesystem::path path(value);
  return path.is_absolute() ? std::optional(std::move(path)) : std::nullopt;
}

}  // namespace

Result<std::filesystem::path> platformDataFolder() {
#if defined(_WIN32)
  if (const auto folder = pathFromEnvironment("APPDATA")) return *folder / "Carport";
#elif defined(__APPLE__)
  if (const auto home = pathFromEnvironment("HOME")) return *home / "Library" / "Application Support" / "Carport";
#else
  if (const auto folder = pathFromEnvironment("XDG_DATA_HOME")) return *folder / "carport";
  if (const auto home = pathFromEnvironment("HOME")) return *home / ".local" / "share" / "carport";
#endif
  return fail(BaseErrc::invalidArgument, "There is no home folder to keep data in. Say where with --data DIR");
}

}  // namespace carport
