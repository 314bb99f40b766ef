#include "gateway/domain/qr_picture.h"

#include <zlib.h>

#include <initializer_list>
#include <string>
#include <string_view>

namespace carport {

namespace {

std::string bigEndian(std::size_t value) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8)
    bytes += static_cast<char>((value >> static_cast<unsigned>(shift)) & 0xFFU);
  return bytes;
}

/// Length, type, data, and the checksum of type and data (PNG §5.3).
std::string chunk(std::string_view type, std::string_view data) {
  const std::string checked = std::string(type).append(data);
  const auto sum = crc32(0, reinterpret_cast<const Bytef*>(checked.data()), static_cast<uInt>(checked.size()));
  return bigEndian(data.size()) + checked + bigEndian(sum);
}

/// In zlib's format. Empty where there is no memory for it.
std::string compressed(const std::string& bytes) {
  auto size = compressBound(static_cast<uLong>(bytes.size()));
  std::string out(size, '\0');
  const int result =
      compress2(reinterpret_cast<Bytef*>(out.data()), &size, reinterpret_cast<const Bytef*>(bytes.data()),
                static_cast<uLong>(bytes.size()), Z_BEST_COMPRESSION);
  out.resize(result == Z_OK ? size : 0);
  return out;
}

}  // namespace

std::string QrPicture::png() const {
  static_assert(kDotsAModule == 8, "a module is a byte of a row");
  const std::size_t modules = m_side + 2 * kQuietZone;
  std::string rows;
  rows.reserve(modules * kDotsAModule * (modules + 1));
  for (std::size_t y = 0; y < modules; ++y) {
    std::string row(1, '\0');  // as it is, not as the difference from the one above (§9.2)
    for (std::size_t x = 0; x < modules; ++x) row += isDarkAround(x, y) ? '\x00' : '\xFF';
    for (std::size_t i = 0; i < kDotsAModule; ++i) rows += row;
  }
  const std::string side = bigEndian(modules * kDotsAModule);
  // One bit a dot, shades of grey, the only compression and filtering that there is, not interlaced (§11.2.2).
  const std::string header = side + side + std::string(std::initializer_list<char>{1, 0, 0, 0, 0});
  return "\x89PNG\r\n\x1A\n" + chunk("IHDR", header) + chunk("IDAT", compressed(rows)) + chunk("IEND", {});
}

}  // namespace carport
