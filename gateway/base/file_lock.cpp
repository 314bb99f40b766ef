#include "gateway/base/file_lock.h"

#include "gateway/base/base_errc.h"

#include <boost/interprocess/sync/file_lock.hpp>
#include <fmt/format.h>

#include <fstream>

namespace carport {

struct FileLock::Impl {
  boost::interprocess::file_lock lock;
};

FileLock::FileLock(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
FileLock::FileLock(FileLock&&) noexcept = default;
FileLock& FileLock::operator=(FileLock&&) noexcept = default;
FileLock::~FileLock() = default;

Result<FileLock> FileLock::take(const std::filesystem::path& file) {
  if (!std::ofstream(file, std::ios::app)) {
    return fail(BaseErrc::ioFailed, fmt::format("{} cannot be written. Check that the folder exists, belongs to you "
                                                "and is not read-only",
                                                file.string()));
  }
  try {
    auto impl = std::make_unique<Impl>();
    impl->lock = boost::interprocess::file_lock(file.string().c_str());
    if (!impl->lock.try_lock()) {
      return fail(BaseErrc::alreadyRunning,
                  fmt::format("Another Carport is running on the data folder {}. Use that one, "
                              "or end it first",
                              file.parent_path().string()));
    }
    return FileLock(std::move(impl));
  } catch (const boost::interprocess::interprocess_exception& e) {
    return fail(BaseErrc::ioFailed, fmt::format("{} cannot be locked: {}", file.string(), e.what()));
  }
}

}  // namespace carport
