#pragma once

#include "gateway/storage/query.h"
#include "gateway/storage/sqlite_errors.h"

#include <array>
#include <cstring>
#include <span>

namespace carport {

/// A blob column of exactly N bytes; DamagedEntry where it has another length.
template <std::size_t N>
std::array<std::uint8_t, N> fixedBlob(const Query& row, int column) {
  const auto bytes = row.blob(column);
  if (bytes.size() != N) throw DamagedEntry("a hash has the wrong length");
  std::array<std::uint8_t, N> value;
  std::memcpy(value.data(), bytes.data(), N);
  return value;
}

/// The bytes of a hash or a text, to be bound as a blob; valid as long as `value`.
template <class Value>
std::span<const std::byte> blobOf(const Value& value) {
  return std::as_bytes(std::span(value));
}

}  // namespace carport
