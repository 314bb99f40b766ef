#pragma once

#include <QImage>

#include <array>
#include <cstddef>

namespace carport::ui {

/// Pictures that nobody shows any more, to be drawn over: a new one would be megabytes of fresh memory, twenty times a
/// second. Not of any thread, but of one at a time; who shows a picture may be on another.
class ImageShelf {
 public:
  /// One is shown while the other is drawn.
  static constexpr std::size_t kMost = 2;

  /// A transparent picture of so many pixels (ARGB32, premultiplied) that nobody else has.
  QImage take(QSize pixels);
  /// It may be taken again once nobody else has it.
  void keep(const QImage& image);

 private:
  std::array<QImage, kMost> m_images;
};

}  // namespace carport::ui
