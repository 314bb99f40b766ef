#pragma once

#include "ui/widgets/map/layer_switch.h"

#include <QByteArray>
#include <QFrame>
#include <QHash>

#include <vector>

class QScrollArea;
class QVBoxLayout;

namespace carport::ui {

/// What the map shows: the card below the map's “Layers” button, a switch for every layer. What is switched counts at
/// once and is remembered; Esc puts the card away. Owner: MapPage. GUI thread.
///
/// A layer adds itself where it is put together:
///   auto* heat = page.layers().add({"heat", tr("Heat map"), tr("Where the fleet was"), 40, false});
///   connect(heat, &LayerSwitch::toggled, overlay, &MapOverlay::setShown);
///   overlay->setShown(heat->isOn());
/// Ranks: names 10, streets 20, map files 30, online 40, heat map 50, fences 60, own position 70.
class LayerPanel : public QFrame {
  Q_OBJECT

 public:
  explicit LayerPanel(QWidget* parent);

  /// A further layer; its switch is as preferences have it, where they know it.
  LayerSwitch* add(const LayerInfo& info);
  /// The layer of that name; nullptr where there is none.
  LayerSwitch* layer(const QString& id) const;
  /// Which layers are on, as preferences keep it. Layers that come later take theirs when they are added.
  QByteArray states() const;
  void setStates(const QByteArray& text);
  /// At most so wide and so high; more is scrolled.
  void fitInto(QSize room);
  void takeFocus();

 signals:
  /// By the hand.
  void statesChanged(const QByteArray& text);
  /// It wants more or less room: fitInto() again.
  void resized();
  /// Esc: the card is to be put away.
  void left();

 protected:
  void keyPressEvent(QKeyEvent* event) override;

 private:
  QScrollArea* m_scroll;
  QWidget* m_inside;
  QVBoxLayout* m_column;
  std::vector<LayerSwitch*> m_layers;  ///< by rank
  QHash<QString, bool> m_states;       ///< also of layers that are not there
  bool m_isRestoring = false;
};

}  // namespace carport::ui
