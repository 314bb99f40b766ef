#pragma once

#include <zlib.h>

#include <string>

namespace carport::test {

/// Bits of the window that zlib packs with, and what, added to them, chooses a format.
inline constexpr int kZlibWindowBits = 15;
inline constexpr int kGzipFormat = 16;

/// The text as one gzip member; `windowBits` as deflateInit2() has it. Empty where it fails.
inline std::string zipped(std::string text, int windowBits = kZlibWindowBits + kGzipFormat) {
  z_stream stream{};
  if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, windowBits, 8, Z_DEFAULT_STRATEGY) != Z_OK) return {};
  std::string out(deflateBound(&stream, static_cast<uLong>(text.size())), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(text.data());
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const bool isDone = deflate(&stream, Z_FINISH) == Z_STREAM_END;
  out.resize(isDone ? stream.total_out : 0);
  deflateEnd(&stream);
  return out;
}

}  // namespace carport::test
