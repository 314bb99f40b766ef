#include "ui/widgets/map/image_shelf.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <utility>

namespace carport::ui {

QImage ImageShelf::take(QSize pixels) {
  const auto isFree = [&](const QImage& image) { return image.size() == pixels && image.isDetached(); };
  const auto free = std::find_if(m_images.begin(), m_images.end(), isFree);
  QImage image =
      free != m_images.end() ? std::exchange(*free, {}) : QImage(pixels, QImage::Format_ARGB32_Premultiplied);
  // What whoever showed it has read is read before it is written over; isDetached() alone does not say so.
  std::atomic_thread_fence(std::memory_order_acquire);
  // QImage::fill() takes twice as long for pictures that are larger than the caches: it reads what it writes over.
  if (!image.isNull()) std::memset(image.bits(), 0, std::size_t(image.sizeInBytes()));
  return image;
}

void ImageShelf::keep(const QImage& image) {
  // The oldest goes.
  std::rotate(m_images.begin(), m_images.begin() + 1, m_images.end());
  m_images.back() = image;
}

}  // namespace carport::ui
