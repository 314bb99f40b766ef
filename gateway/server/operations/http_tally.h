#pragma once

#include "gateway/base/duration_histogram.h"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace carport {

/// Counts the API's calls. Owner: OperationsDesk; the control thread alone, so plain numbers do.
class HttpTally {
 public:
  /// Classes of status: 1xx to 5xx.
  static constexpr std::size_t kClasses = 5;

  struct Figures {
    std::array<std::uint64_t, kClasses> requests{};
    DurationHistogram durations;
    std::uint64_t requestBytes = 0;   ///< of bodies
    std::uint64_t responseBytes = 0;  ///< of bodies
  };

  void count(unsigned status, std::chrono::steady_clock::duration took, std::size_t requestBytes,
             std::size_t responseBytes) {
    const std::size_t ofHundred = status / 100;
    if (ofHundred >= 1 && ofHundred <= kClasses) ++m_figures.requests[ofHundred - 1];
    m_figures.durations.observe(took);
    m_figures.requestBytes += requestBytes;
    m_figures.responseBytes += responseBytes;
  }
  const Figures& figures() const { return m_figures; }

 private:
  Figures m_figures;
};

}  // namespace carport
