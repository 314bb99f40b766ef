#include "gateway/simulator/acknowledged_log.h"

#include "gateway/simulator/sim_errc.h"

#include <fmt/format.h>

#include <utility>

namespace carport::sim {

Result<std::shared_ptr<AcknowledgedLog>> AcknowledgedLog::create(const std::filesystem::path& file) {
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  if (!out) {
    return fail(SimErrc::fileFailed, fmt::format("The file {} cannot be written. Choose another place", file.string()));
  }
  return std::shared_ptr<AcknowledgedLog>(new AcknowledgedLog(std::move(out)));
}

void AcknowledgedLog::add(std::string_view car, std::int64_t ts) {
  const std::string line = fmt::format("{},{}\n", car, ts);
  const std::lock_guard lock(m_mutex);
  m_file.write(line.data(), static_cast<std::streamsize>(line.size()));
  m_file.flush();
}

}  // namespace carport::sim
