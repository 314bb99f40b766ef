#pragma once

#include "ui/widgets/map/map_colouring.h"

#include <QFrame>
#include <QStringList>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;

namespace carport::ui {

/// By what the cars are coloured, and along which range: the card below the map's “Layers” button. What is chosen
/// counts at once; Esc puts the card away. Owner: CarColours. GUI thread.
class ColourPanel : public QFrame {
  Q_OBJECT

 public:
  explicit ColourPanel(QWidget* parent);

  void setColouring(const MapColouring& colouring);
  /// The metrics that are offered; the chosen one stays among them.
  void setMetrics(const QStringList& metrics);
  /// The range that is in force, to begin a fixed one with.
  void setScale(const ColourScale& scale);
  void takeFocus();

 signals:
  void colouringWanted(const carport::ui::MapColouring& colouring);
  /// Esc: the card is to be put away.
  void left();

 protected:
  void keyPressEvent(QKeyEvent* event) override;

 private:
  QLineEdit* addEnd(const QString& name, const char* objectName);
  void refresh();
  void wish();
  void readRange();

  MapColouring m_colouring;
  ColourScale m_scale;
  QStringList m_metrics;
  QComboBox* m_by;
  QCheckBox* m_isFixed;
  QWidget* m_ends;
  QLineEdit* m_low;
  QLineEdit* m_high;
  QLabel* m_unit;
  QLabel* m_mistake;
};

}  // namespace carport::ui
