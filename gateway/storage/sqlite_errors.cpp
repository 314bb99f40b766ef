#include "gateway/storage/sqlite_errors.h"

#include <fmt/format.h>
#include <sqlite3.h>

namespace carport {

namespace {

Error constraintError(const SQLite::Exception& exception, std::string_view file) {
  switch (exception.getExtendedErrorCode()) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
      return Error(StorageErrc::exists, fmt::format("{} has such an entry already", file));
    case SQLITE_CONSTRAINT_FOREIGNKEY:
      return Error(StorageErrc::notFound, fmt::format("{} does not have an entry that this one refers to", file));
    default:
      return Error(StorageErrc::ioFailed, fmt::format("{} refuses the entry: {}", file, exception.what()));
  }
}

}  // namespace

std::optional<std::uintmax_t> freeBytesBeside(const std::filesystem::path& file) {
  std::error_code error;
  if (!file.has_parent_path()) return std::nullopt;
  const auto space = std::filesystem::space(file.parent_path(), error);
  return error ? std::nullopt : std::optional(space.available);
}

Error fullDiskInstead(Error error, const std::filesystem::path& file, std::optional<std::uintmax_t> freeBytes) {
  if (!error.is(StorageErrc::ioFailed) || !freeBytes || *freeBytes >= kLeastFreeBytes) return error;
  return Error(StorageErrc::diskFull,
               fmt::format("There is no room left to write {}. Free some space on that disk", file.string()));
}

Error toError(const SQLite::Exception& exception, std::string_view file) {
  switch (exception.getErrorCode()) {
    case SQLITE_FULL:
      return Error(StorageErrc::diskFull,
                   fmt::format("There is no room left to write {}. Free some space on that disk", file));
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return Error(StorageErrc::readOnly, fmt::format("{} cannot be opened for writing. Check that its folder exists, "
                                                      "belongs to you and is not read-only",
                                                      file));
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_FORMAT:
      return Error(StorageErrc::corrupted, fmt::format("{} is damaged ({})", file, exception.what()));
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return Error(StorageErrc::ioFailed,
                   fmt::format("{} is held by another program for too long. Try again, or end that program", file));
    case SQLITE_CONSTRAINT:
      return constraintError(exception, file);
    case SQLITE_IOERR:
      return fullDiskInstead(
          Error(StorageErrc::ioFailed, fmt::format("{} could not be read or written: {}", file, exception.what())),
          file, freeBytesBeside(file));
    default:
      return Error(StorageErrc::ioFailed, fmt::format("{} could not be read or written: {}", file, exception.what()));
  }
}

Error toError(const std::exception& exception, std::string_view file) {
  if (dynamic_cast<const DamagedEntry*>(&exception) != nullptr) {
    return Error(StorageErrc::corrupted, fmt::format("{} is damaged: {}", file, exception.what()));
  }
  return Error(StorageErrc::ioFailed, fmt::format("{} could not be read or written: {}", file, exception.what()));
}

}  // namespace carport
