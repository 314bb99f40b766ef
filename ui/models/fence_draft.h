#pragma once

#include "gateway/api/fence.h"

#include <QCoreApplication>
#include <QString>

#include <cstddef>
#include <optional>
#include <vector>

namespace carport::ui {

/// One corner of a draft: which ring (outer rings and holes, in their order) and which corner of it. A circle has two
/// in ring 0: its middle and, 1, the place on its border that the hand has.
struct FenceCorner {
  std::size_t ring = 0;
  std::size_t index = 0;

  bool operator==(const FenceCorner&) const = default;
};

/// The shape of a fence while somebody draws or changes it, every step of which can be taken back. Longitudes go on
/// beyond ±180; shape() is cut there. A plain value; pure.
class FenceDraft {
  Q_DECLARE_TR_FUNCTIONS(FenceDraft)

 public:
  /// Most steps that can be taken back; the oldest are forgotten.
  static constexpr std::size_t kMaxSteps = 200;

  /// Nothing yet; addCorner() draws an area.
  FenceDraft() = default;
  /// What there is already.
  explicit FenceDraft(const api::FenceShape& shape);

  bool isEmpty() const { return m_now.rings.empty() && !m_now.circle; }
  /// Corners are still being set one after the other.
  bool isOpen() const { return m_now.isOpen; }
  bool isCircle() const { return m_now.circle.has_value(); }
  const std::optional<api::FenceCircle>& circle() const { return m_now.circle; }
  /// Every ring, longitudes within 180 degrees of the one before; empty for a circle.
  const std::vector<api::FenceRing>& rings() const { return m_now.rings; }
  std::size_t corners() const;
  std::optional<api::FencePoint> place(FenceCorner corner) const;
  /// The corner after (or before) this one, around all rings; the first where there is none.
  FenceCorner next(std::optional<FenceCorner> corner, bool back = false) const;

  // --- Drawing ---

  /// False where there are as many as a fence may have, or the ring is closed.
  bool addCorner(api::FencePoint place);
  bool canClose() const { return m_now.isOpen && m_now.rings.front().size() >= 3; }
  bool close();
  /// The last corner of an open ring goes; this is a step of its own.
  bool takeBackCorner();
  /// In the place of what there is. The radius is brought into the limits of fences.
  void setCircle(api::FencePoint centre, double radiusMetres, double bearingDegrees = 90);

  // --- Changing ---

  /// What follows is one step until endStep(): a drag.
  void beginStep();
  void endStep();
  bool moveCorner(FenceCorner corner, api::FencePoint place);
  /// A further corner between this one and the next of its ring.
  bool insertAfter(FenceCorner corner, api::FencePoint place);
  /// A ring that has three goes as a whole, unless it is the only outer one. False where that is not possible.
  bool removeCorner(FenceCorner corner);
  /// All of it, by so much on the map: world coordinates (see projection.h), so that it looks the same elsewhere.
  bool moveBy(double worldX, double worldY);
  /// Another shape as a whole, as one step.
  void replace(const api::FenceShape& shape);

  /// As it was at first, or when markSaved() saw it, as one step.
  void revert();

  bool canUndo() const { return !m_undo.empty(); }
  bool canRedo() const { return !m_redo.empty(); }
  bool undo();
  bool redo();
  /// Whether it is another than it was at first, or than markSaved() saw.
  bool isChanged() const { return !(m_now == m_saved); }
  void markSaved() { m_saved = m_now; }

  /// As the gateway takes it: cut at the antimeridian, on the grid of fences. An open ring counts as if it were closed.
  api::FenceShape shape() const;
  /// Why this is no fence yet, in a sentence; empty where it is one.
  QString problem() const;

 private:
  struct State {
    std::vector<api::FenceRing> rings;
    std::vector<std::size_t> outers;  ///< which rings begin a polygon; those that follow are its holes
    std::optional<api::FenceCircle> circle;
    double bearing = 90;  ///< where the hand has the circle's border
    bool isOpen = false;

    bool operator==(const State&) const = default;
  };

  static State stateOf(const api::FenceShape& shape);
  void keep();
  bool isOuter(std::size_t ring) const;
  bool removeRing(std::size_t ring);
  void moveCircle(std::size_t index, api::FencePoint place);

  State m_now;
  State m_saved;
  std::vector<State> m_undo;
  std::vector<State> m_redo;
  bool m_inStep = false;
};

}  // namespace carport::ui
