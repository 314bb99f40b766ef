#include "gateway/storage/folder_usage.h"

#include <system_error>

namespace carport {

namespace {
const std::filesystem::path::string_type kLogSuffix = std::filesystem::path("-wal").native();
}

FolderUsage::Usage FolderUsage::get() {
  std::lock_guard lock(m_mutex);
  const auto now = m_clock.steadyNow();
  if (!m_measuredAt || now - *m_measuredAt >= kRefresh) {
    m_usage = measure();
    m_measuredAt = now;
  }
  return m_usage;
}

FolderUsage::Usage FolderUsage::measure() const {
  Usage usage;
  std::error_code error;
  for (std::filesystem::recursive_directory_iterator entry(m_folder, error), end; !error && entry != end;
       entry.increment(error)) {
    std::error_code ignored;
    if (!entry->is_regular_file(ignored)) continue;
    const auto size = entry->file_size(ignored);
    if (ignored) continue;
    usage.storedBytes += size;
    if (entry->path().native().ends_with(kLogSuffix)) usage.logBytes += size;
  }
  const auto space = std::filesystem::space(m_folder, error);
  if (!error) usage.freeBytes = space.available;
  return usage;
}

}  // namespace carport
