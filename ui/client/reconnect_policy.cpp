#include "ui/client/reconnect_policy.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace carport::ui {

ReconnectPolicy::ReconnectPolicy(std::uint32_t seed, Limits limits) : m_limits(limits), m_random(seed) {}

Milliseconds ReconnectPolicy::nextDelay() {
  const double nominal = std::min(double(m_limits.longest.count()),
                                  double(m_limits.first.count()) * std::pow(m_limits.factor, m_attempts));
  if (m_attempts < std::numeric_limits<int>::max()) ++m_attempts;
  std::uniform_real_distribution<double> spread(1.0 - m_limits.jitter, 1.0 + m_limits.jitter);
  const double wait = std::min(double(m_limits.longest.count()), nominal * spread(m_random));
  return Milliseconds(std::max<std::int64_t>(1, std::llround(wait)));
}

void ReconnectPolicy::connectionEnded(Milliseconds lasted) {
  if (lasted >= m_limits.steadyAfter) m_attempts = 0;
}

}  // namespace carport::ui
