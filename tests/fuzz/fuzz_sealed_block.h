#pragma once

#include "gateway/storage/block_checksum.h"
#include "gateway/storage/varint.h"

#include <cstddef>
#include <span>
#include <string>

namespace carport::fuzz {

/// The block that `damaged` would be with the right checksums, so that the fuzzer reaches what lies behind them: as
/// much of its header, directory and columns as can be found in the bytes, each with its checksum put right.
inline std::string sealedBlock(std::span<const std::byte> damaged) {
  constexpr std::size_t kMostColumns = 32;
  ByteReader reader(damaged);
  const auto version = reader.fixed(2), rows = reader.fixed(4), count = reader.u8() % kMostColumns;
  std::string directory, columns;
  putVarint(directory, count);
  for (std::size_t i = 0; i < count; ++i) {
    const auto kind = reader.u8(), packed = reader.u8();
    const auto name = reader.take(reader.u8() % 8);
    const auto size = reader.varint();
    const auto stored = reader.take(std::min<std::size_t>(reader.varint(), reader.left()));
    directory.push_back(static_cast<char>(kind));
    directory.push_back(static_cast<char>(packed));
    putVarint(directory, name.size());
    directory.append(reinterpret_cast<const char*>(name.data()), name.size());
    putVarint(directory, packed == 0 ? stored.size() : size);
    putVarint(directory, stored.size());
    putFixed(directory, blockChecksum(stored), 8);
    columns.append(reinterpret_cast<const char*>(stored.data()), stored.size());
  }
  std::string header("CPB1");
  putFixed(header, version, 2);
  putFixed(header, 0, 2);
  putFixed(header, rows, 4);
  putFixed(header, directory.size(), 4);
  const std::string checked = header + directory;
  putFixed(header, blockChecksum(std::as_bytes(std::span(checked))), 8);
  return header + directory + columns;
}

}  // namespace carport::fuzz
