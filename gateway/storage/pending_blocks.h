#pragma once

#include "gateway/api/sample.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace carport {

/// The samples of the newest small blocks of the day file, until they become one larger block. Owner: TelemetryWriter.
class PendingBlocks {
 public:
  /// With this many rows a block is large enough to stay.
  static constexpr std::size_t kMaxRows = 4096;
  /// Most small blocks that wait to be put together.
  static constexpr std::size_t kMaxBlocks = 1024;

  /// Whether these and `rows` more would have to become one block now.
  bool mustMerge(std::size_t rows) const {
    return !m_numbers.empty() && (m_samples.size() + rows >= kMaxRows || m_numbers.size() + 1 >= kMaxBlocks);
  }
  void add(std::int64_t number, const SampleBatch& samples) {
    m_numbers.push_back(number);
    m_samples.append(samples);
  }
  void clear() {
    m_numbers.clear();
    m_samples.clear();
  }

  const std::vector<std::int64_t>& numbers() const { return m_numbers; }
  const SampleBatch& samples() const { return m_samples; }

 private:
  std::vector<std::int64_t> m_numbers;
  SampleBatch m_samples;
};

}  // namespace carport
