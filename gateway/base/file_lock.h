#pragma once

#include "gateway/base/result.h"

#include <filesystem>
#include <memory>

namespace carport {

/// Holds a file so that a second process cannot; freed on destruction and when the process ends in whatever way.
class FileLock {
 public:
  /// Takes the lock or fails with BaseErrc::alreadyRunning; makes the file where it is missing.
  static Result<FileLock> take(const std::filesystem::path& file);

  FileLock(FileLock&&) noexcept;
  FileLock& operator=(FileLock&&) noexcept;
  ~FileLock();

 private:
  struct Impl;
  explicit FileLock(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> m_impl;
};

}  // namespace carport
