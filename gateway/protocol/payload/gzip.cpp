#include "gateway/protocol/payload/gzip.h"

#include "gateway/protocol/payload/payload_errc.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

#define ZLIB_CONST  // input is only read
#include <zlib.h>

namespace carport::payload {

namespace {

/// The largest window there is, and 16 for a gzip header around the data (zlib.h, inflateInit2).
constexpr int kGzipWindowBits = 15 + 16;
constexpr std::size_t kStepBytes = 16 * 1024;

tl::unexpected<Error> notGzip(std::string_view what) {
  return fail(PayloadErrc::badGzip, fmt::format("The payload is not valid gzip: {}", what));
}

/// zlib's state, given back at the end.
class Inflater {
 public:
  Inflater() : m_isReady(inflateInit2(&m_stream, kGzipWindowBits) == Z_OK) {}
  ~Inflater() {
    if (m_isReady) inflateEnd(&m_stream);
  }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  bool isReady() const { return m_isReady; }
  z_stream& stream() { return m_stream; }

 private:
  z_stream m_stream{};
  const bool m_isReady;
};

}  // namespace

Result<std::string> inflateGzip(std::string_view compressed, std::size_t maxBytes) {
  if (compressed.size() > std::numeric_limits<uInt>::max()) return fail(PayloadErrc::tooLarge);
  Inflater inflater;
  if (!inflater.isReady()) return notGzip("there is no memory for it");
  auto& stream = inflater.stream();
  stream.next_in = reinterpret_cast<const Bytef*>(compressed.data());
  stream.avail_in = static_cast<uInt>(compressed.size());
  std::string out;
  std::array<char, kStepBytes> step;
  while (true) {
    // One byte more than may be, so that too much shows.
    const std::size_t room = std::min(step.size(), maxBytes - out.size() + 1);
    stream.next_out = reinterpret_cast<Bytef*>(step.data());
    stream.avail_out = static_cast<uInt>(room);
    const int answer = inflate(&stream, Z_NO_FLUSH);
    out.append(step.data(), room - stream.avail_out);
    if (out.size() > maxBytes) {
      return fail(PayloadErrc::tooLarge,
                  fmt::format("The payload is longer than {} bytes once it is uncompressed", maxBytes));
    }
    if (answer == Z_STREAM_END) {
      if (stream.avail_in == 0) return out;
      if (inflateReset(&stream) != Z_OK) return notGzip("it cannot be read on");  // the next member
    } else if (answer == Z_BUF_ERROR || (answer == Z_OK && stream.avail_in == 0 && stream.avail_out > 0)) {
      return notGzip("it ends too early");
    } else if (answer != Z_OK) {
      return notGzip(stream.msg != nullptr ? stream.msg : "its data is damaged");
    }
  }
}

}  // namespace carport::payload
