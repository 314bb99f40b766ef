#pragma once

#include <filesystem>
#include <string_view>
#include <system_error>

namespace carport {

/// Writes a new file that its owner alone may open, whatever the umask, from before it has a byte: it comes into being
/// in a folder that nobody else may enter, and appears in its place whole or not at all. Fails where something is there
/// already (std::errc::file_exists), and where rights cannot be set. Any thread or process.
std::error_code writeFileForOwner(const std::filesystem::path& file, std::string_view bytes);

/// Takes the rights of everybody but the owner from a database, whatever the umask; makes the file, empty,
/// where it is missing. SQLite gives the files beside it (-wal, -shm) the rights of the database; those that are there
/// already are treated alike. What cannot be done shows when the file is opened. Any thread.
void keepForOwner(const std::filesystem::path& file);

/// Makes a folder that only its owner may look into; the rights of one that is there already stay as they are. Folders
/// above it that are missing are made as the umask says.
std::error_code makeFolderForOwner(const std::filesystem::path& folder);

}  // namespace carport
