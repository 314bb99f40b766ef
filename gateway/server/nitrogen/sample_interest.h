#pragma once

#include "gateway/base/strong_id.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace carport {

/// Which samples of cars anybody has subscribed to as messages: a sum of all subscriptions, so that a sample costs the
/// same however many there are. Owner: SocketioHub; the control thread.
class SampleInterest {
 public:
  /// As what samples are told.
  static constexpr std::string_view kTypes[] = {"location", "temperature", "humidity", "light", "ultraviolet"};
  static constexpr std::size_t kTypeCount = sizeof kTypes / sizeof kTypes[0];

  /// A subscription to messages that lets only this sender through and only this type, where it says so.
  void add(const std::optional<PrincipalNumber>& from, const std::optional<std::string>& type) {
    std::uint8_t types = 0;
    for (std::size_t i = 0; i < kTypeCount; ++i) {
      if (!type || *type == kTypes[i]) types = static_cast<std::uint8_t>(types | 1U << i);
    }
    if (types == 0) return;
    std::uint8_t& wanted = from ? m_ofCar[*from] : m_ofAny;
    wanted = static_cast<std::uint8_t>(wanted | types);
  }

  bool empty() const { return m_ofAny == 0 && m_ofCar.empty(); }
  /// Whether somebody may want to hear of this car's samples as messages of kTypes[type].
  bool wants(PrincipalNumber car, std::size_t type) const {
    const auto own = m_ofCar.find(car);
    const unsigned wanted = m_ofAny | (own == m_ofCar.end() ? 0U : own->second);
    return (wanted >> type & 1U) != 0;
  }

 private:
  std::unordered_map<PrincipalNumber, std::uint8_t> m_ofCar;  // bits by place in kTypes
  std::uint8_t m_ofAny = 0;
};

}  // namespace carport
