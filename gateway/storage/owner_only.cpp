#include "gateway/storage/owner_only.h"

#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <random>
#include <string>

namespace carport {

namespace fs = std::filesystem;

namespace {

/// A folder of an unguessable name beside `file` that its owner alone may enter; goes with what is in it.
class PrivateFolder {
 public:
  explicit PrivateFolder(const fs::path& file) : m_path(file) {
    std::random_device random;
    m_path += fmt::format(".new-{:08x}{:08x}", random(), random());
    m_isMade = fs::create_directory(m_path, m_error);
    if (!m_error && !m_isMade) m_error = std::make_error_code(std::errc::device_or_resource_busy);
    if (!m_error) fs::permissions(m_path, fs::perms::owner_all, m_error);
  }
  ~PrivateFolder() {
    std::error_code ignored;
    if (m_isMade) fs::remove_all(m_path, ignored);
  }
  PrivateFolder(const PrivateFolder&) = delete;
  PrivateFolder& operator=(const PrivateFolder&) = delete;

  const std::error_code& error() const { return m_error; }
  const fs::path& path() const { return m_path; }

 private:
  fs::path m_path;
  std::error_code m_error;
  bool m_isMade = false;
};

std::error_code writeNew(const fs::path& file, std::string_view bytes) {
  const auto failed = std::make_error_code(std::errc::io_error);
  // "x" of C11: what somebody slipped into the folder before it was closed is not written into.
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> out(std::fopen(file.string().c_str(), "wbx"), std::fclose);
  if (!out) return failed;
  std::error_code error;
  fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write, error);
  if (error) return error;
  // An empty text may point nowhere, which fwrite() must not be given.
  const bool isWritten = bytes.empty() || std::fwrite(bytes.data(), 1, bytes.size(), out.get()) == bytes.size();
  return std::fclose(out.release()) == 0 && isWritten ? std::error_code() : failed;
}

/// Gives a file its place, where that is free.
std::error_code place(const fs::path& draft, const fs::path& file) {
  std::error_code error;
  // A link, unlike a rename, fails where another process was quicker; some file systems have no links.
  fs::create_hard_link(draft, file, error);
  if (!error) return {};
  std::error_code ignored;
  if (fs::exists(fs::symlink_status(file, ignored))) return std::make_error_code(std::errc::file_exists);
  fs::rename(draft, file, error);
  return error;
}

}  // namespace

std::error_code writeFileForOwner(const fs::path& file, std::string_view bytes) {
  const PrivateFolder folder(file);
  if (folder.error()) return folder.error();
  const fs::path draft = folder.path() / "file";
  if (const auto error = writeNew(draft, bytes)) return error;
  return place(draft, file);
}

void keepForOwner(const fs::path& file) {
  std::error_code ignored;
  if (!fs::exists(file, ignored)) ignored = writeFileForOwner(file, {});
  for (const char* suffix : {"", "-wal", "-shm"}) {
    auto one = file;
    one += suffix;
    // Taken away, never given: a registry that was made read-only stays so.
    fs::permissions(one, fs::perms::group_all | fs::perms::others_all, fs::perm_options::remove, ignored);
  }
}

std::error_code makeFolderForOwner(const fs::path& folder) {
  std::error_code error;
  const bool made = fs::create_directories(folder, error);
  std::error_code ignored;  // a file system without rights
  if (made) fs::permissions(folder, fs::perms::owner_all, ignored);
  return error;
}

}  // namespace carport
