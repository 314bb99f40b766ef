#pragma once

#include "gateway/domain/ulid.h"

#include <fmt/format.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace carport {

/// The first `count` bytes as hexadecimal digits.
template <class Bytes>
std::string hexOf(const Bytes& bytes, std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += fmt::format("{:02x}", bytes[i]);
  return text;
}

/// So many random bytes as hexadecimal digits.
template <std::size_t kBytes>
std::string randomHex() {
  std::array<std::uint8_t, kBytes> random{};
  sodiumRandom()(random);
  return hexOf(random, kBytes);
}

/// An id of Carport's for somebody who comes in by Nitrogen's API, within an organisation (empty: the house).
inline std::string freshPrincipalId(std::string_view organisation) {
  return fmt::format("{}{}n2-{}", organisation, organisation.empty() ? "" : ".", randomHex<8>());
}

}  // namespace carport
