#pragma once

#include "gateway/base/result.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>

namespace carport {

/// What a file has in it, briefly: how many bytes, and their BLAKE2b-256 as 64 hexadecimal digits.
struct FileDigest {
  std::uint64_t bytes = 0;
  std::string checksum;
  bool operator==(const FileDigest&) const = default;
};

/// Reckons a digest from bytes as they come. One thread.
class DigestMaker {
 public:
  DigestMaker();
  ~DigestMaker();
  void add(std::span<const char> bytes);
  FileDigest finish();

 private:
  struct State;
  std::unique_ptr<State> m_state;
  std::uint64_t m_bytes = 0;
};

/// Bytes that are read and written at once.
inline constexpr std::size_t kCopyChunkBytes = 1024 * 1024;

/// Called with the number of bytes after each chunk; may sleep, to leave the disk to others.
using BytesMoved = std::function<void(std::size_t)>;

/// Reads a file whole.
Result<FileDigest> digestOf(const std::filesystem::path& file, const BytesMoved& moved = {});
/// Copies a file byte by byte into one that only its owner may read, and that is on the disk then; what was there is
/// overwritten.
Result<FileDigest> copyBytes(const std::filesystem::path& from, const std::filesystem::path& to,
                             const BytesMoved& moved = {});

}  // namespace carport
