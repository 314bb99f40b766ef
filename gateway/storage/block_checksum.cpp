#include "gateway/storage/block_checksum.h"

#include <sodium.h>

#include <array>

namespace carport {

std::uint64_t blockChecksum(std::span<const std::byte> bytes) {
  static constexpr std::array<unsigned char, crypto_shorthash_KEYBYTES> kKey{};
  std::array<unsigned char, crypto_shorthash_BYTES> hash;
  crypto_shorthash(hash.data(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), kKey.data());
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < hash.size(); ++i) value |= static_cast<std::uint64_t>(hash[i]) << (8 * i);
  return value;
}

}  // namespace carport
