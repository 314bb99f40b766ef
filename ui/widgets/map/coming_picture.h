#pragma once

#include "ui/widgets/map/picture_worker.h"

#include <utility>

namespace carport::ui {

/// The picture of a layer that is on the screen, and the one for where the map is going: that one takes its place once
/// it reaches as far as the window, so that nothing is empty on the way. GUI thread.
class ComingPicture {
 public:
  /// A newer one has been drawn.
  void take(const MapPicture& picture) { m_next = picture; }
  void clear() { m_shown = m_next = {}; }

  /// The one to put on the screen where the window shows `viewport` and will come to rest at `target`.
  const MapPicture& shownIn(const MapViewport& viewport, const MapViewport& target) {
    // The map went back before it was there: taking it later would show a part of the window only.
    if (m_shown.isSharpIn(target) && !m_next.isSharpIn(target)) m_next = {};
    if (!m_next.isNull() && (m_next.covers(viewport) || !m_shown.covers(viewport))) m_shown = std::exchange(m_next, {});
    return m_shown;
  }
  /// What shownIn() gave last.
  const MapPicture& shown() const { return m_shown; }
  const MapPicture& newest() const { return m_next.isNull() ? m_shown : m_next; }
  /// Whether there is a sharp one for `viewport`.
  bool has(const MapViewport& viewport, quint64 tag) const {
    const auto isFor = [&](const MapPicture& picture) { return picture.tag == tag && picture.isSharpIn(viewport); };
    return isFor(m_next) || isFor(m_shown);
  }

 private:
  MapPicture m_shown;
  MapPicture m_next;
};

}  // namespace carport::ui
