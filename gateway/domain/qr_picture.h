#pragma once

#include "gateway/base/result.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace carport {

/// A text as a QR code (ISO/IEC 18004), with error correction for a label that gets dirty. A value; any thread.
class QrPicture {
 public:
  /// Longest text, in bytes.
  static constexpr std::size_t kMaxTextBytes = 500;
  /// White modules around the code (§6.3.8).
  static constexpr std::size_t kQuietZone = 4;
  /// Dots along a module of a PNG: a label of 2 cm is printed sharply at 300 dots an inch.
  static constexpr std::size_t kDotsAModule = 8;

  static Result<QrPicture> of(std::string_view text);

  /// Modules along a side, without the quiet zone.
  std::size_t side() const { return m_side; }
  bool isDark(std::size_t x, std::size_t y) const { return m_dark[y * m_side + x]; }

  /// A picture of any size, black on white.
  std::string svg() const;
  /// The same in black and white dots, a whole number of them for each module (PNG, ISO/IEC 15948).
  std::string png() const;
  /// For a terminal: two modules a character, one above the other, light ones drawn.
  std::string blocks() const;

 private:
  /// Light outside of the code.
  bool isDarkAround(std::size_t x, std::size_t y) const;

  std::size_t m_side = 0;
  std::vector<bool> m_dark;
};

}  // namespace carport
