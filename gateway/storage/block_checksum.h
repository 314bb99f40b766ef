#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace carport {

/// SipHash-2-4 of `bytes` with a key of zeros: finds damage, not forgery. Any thread.
std::uint64_t blockChecksum(std::span<const std::byte> bytes);

}  // namespace carport
