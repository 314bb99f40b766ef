#pragma once

#include <filesystem>

namespace carport {

/// Takes the rights of everybody but the owner from a database with secrets, whatever the umask; makes the file, empty,
/// where it is missing. SQLite gives the files beside it (-wal, -shm) the rights of the database; those that are there
/// already are treated alike. What cannot be done shows when the file is opened. Any thread.
void keepForOwner(const std::filesystem::path& file);

}  // namespace carport
