#include "gateway/domain/qr_picture.h"

#include "gateway/base/base_errc.h"

#include <qrencode.h>

#include <fmt/format.h>

#include <cstdint>
#include <memory>

namespace carport {

Result<QrPicture> QrPicture::of(std::string_view text) {
  if (text.empty() || text.size() > kMaxTextBytes) {
    return fail(BaseErrc::invalidArgument, fmt::format("A QR code holds 1 to {} bytes here", kMaxTextBytes));
  }
  const std::string zeroTerminated(text);
  const std::unique_ptr<QRcode, decltype(&QRcode_free)> code(
      QRcode_encodeString8bit(zeroTerminated.c_str(), 0, QR_ECLEVEL_M), &QRcode_free);
  if (!code) return fail(BaseErrc::internal, "The QR code could not be made");
  QrPicture picture;
  picture.m_side = static_cast<std::size_t>(code->width);
  constexpr std::uint8_t kDarkBit = 1;
  for (std::size_t i = 0; i < picture.m_side * picture.m_side; ++i) {
    picture.m_dark.push_back((code->data[i] & kDarkBit) != 0);
  }
  return picture;
}

bool QrPicture::isDarkAround(std::size_t x, std::size_t y) const {
  if (x < kQuietZone || y < kQuietZone) return false;
  return x - kQuietZone < m_side && y - kQuietZone < m_side && isDark(x - kQuietZone, y - kQuietZone);
}

std::string QrPicture::svg() const {
  const std::size_t size = m_side + 2 * kQuietZone;
  std::string out =
      fmt::format(R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0} {0}" shape-rendering="crispEdges">)"
                  R"(<rect width="{0}" height="{0}" fill="#fff"/><path fill="#000" d=")",
                  size);
  for (std::size_t y = 0; y < m_side; ++y) {
    for (std::size_t x = 0; x < m_side;) {
      std::size_t end = x;
      while (end < m_side && isDark(end, y)) ++end;
      if (end > x) out += fmt::format("M{} {}h{}v1h-{}z", x + kQuietZone, y + kQuietZone, end - x, end - x);
      x = end + 1;
    }
  }
  return out + R"("/></svg>)";
}

std::string QrPicture::blocks() const {
  const std::size_t size = m_side + 2 * kQuietZone;
  std::string out;
  for (std::size_t y = 0; y < size; y += 2) {
    for (std::size_t x = 0; x < size; ++x) {
      const bool upper = !isDarkAround(x, y);
      const bool lower = y + 1 < size && !isDarkAround(x, y + 1);
      out += upper ? (lower ? "█" : "▀") : (lower ? "▄" : " ");
    }
    out += '\n';
  }
  return out;
}

}  // namespace carport
