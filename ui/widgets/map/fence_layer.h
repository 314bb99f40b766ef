#pragma once

#include "ui/widgets/map/fence_painter.h"
#include "ui/widgets/map/map_overlay.h"
#include "ui/widgets/map/picture_worker.h"

#include <optional>

namespace carport::ui {

class FenceStore;

/// The fences on the map, below trail and cars: a light wash, an outline and a name each. Few are drawn at once; many
/// by a worker into a picture that is put where the map is now. While somebody picks, the one under the pointer stands
/// out and a click chooses it; otherwise a click on a border or a name does. Owner: FenceControls. GUI thread.
class FenceLayer : public MapOverlay {
  Q_OBJECT

 public:
  /// From so many corners in sight on the worker draws.
  static constexpr std::size_t kDirectCorners = 1'500;

  explicit FenceLayer(const FenceStore& store, QObject* parent = nullptr);

  /// The list is open: the whole inside of a fence is for the hand.
  void setPicking(bool picking);
  void setChosen(api::FenceNumber fence);
  api::FenceNumber chosen() const { return m_chosen; }
  api::FenceNumber hovered() const { return m_hovered; }
  /// The one that is being changed, which the editor draws.
  void setLeftOut(api::FenceNumber fence);
  /// What an import would make: drawn as if chosen, in the place of all that there is. None: as usual.
  void setPreview(const std::vector<api::Fence>& fences);

  void paint(QPainter& painter, const OverlayScene& scene) override;
  NamePlaces names() const override;
  bool isSettled() const override { return m_isSettled; }
  bool mouseMoved(const QMouseEvent& event, const MapViewport& viewport) override;
  bool clicked(QPointF pixel, const MapViewport& viewport) override;
  void pointerLeft() override;

 signals:
  /// By the hand; 0: none.
  void fenceClicked(carport::api::FenceNumber fence);

 private:
  void reload();
  /// What is drawn, or how, is another: pictures made before are of no use.
  void renew();
  std::vector<DrawnFence> drawn(const std::vector<api::Fence>& fences) const;
  const DrawnFence* find(api::FenceNumber fence) const;
  /// The smallest one under a pixel.
  const DrawnFence* fenceAt(QPointF pixel, const MapViewport& viewport) const;
  bool isOn(const DrawnFence& fence, QPointF pixel, const MapViewport& viewport) const;
  void paintAll(QPainter& painter, const OverlayScene& scene);
  void requestPicture(const OverlayScene& scene);

  const FenceStore& m_store;
  PictureWorker m_worker;
  DrawnFences m_fences;
  DrawnFences m_preview;
  std::optional<FencePainter> m_painter;
  MapPicture m_picture;
  quint64 m_version = 1;  ///< grows with what is drawn and how
  quint64 m_requestedVersion = 0;
  MapViewport m_requested;
  api::FenceNumber m_chosen;
  api::FenceNumber m_hovered;
  api::FenceNumber m_leftOut;
  bool m_isPicking = false;
  bool m_isSettled = true;
};

}  // namespace carport::ui
