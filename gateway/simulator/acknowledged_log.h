#pragma once

#include "gateway/base/result.h"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace carport::sim {

/// A file with one line `car,ts` for every acknowledged telemetry message, on its way to the disk before the next one
/// is looked at: what a test compares with the gateway's store after killing it. Any thread.
class AcknowledgedLog {
 public:
  static Result<std::shared_ptr<AcknowledgedLog>> create(const std::filesystem::path& file);

  void add(std::string_view car, std::int64_t ts);

 private:
  explicit AcknowledgedLog(std::ofstream file) : m_file(std::move(file)) {}

  // Guards m_file. A post would leave lines in a queue that must be written before anybody is told.
  std::mutex m_mutex;
  std::ofstream m_file;
};

}  // namespace carport::sim
