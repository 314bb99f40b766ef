#pragma once

#include "ui/models/colour_scale.h"

#include <QFrame>
#include <QString>

namespace carport::ui {

/// What a ramp of colours on the map means: what is measured, the ramp, round figures along it, and one line more. For
/// cars and trails alike. Owner: CarColours. GUI thread.
class MapLegend : public QFrame {
  Q_OBJECT

 public:
  explicit MapLegend(QWidget* parent);

  /// `title`: what is measured and its unit. `note`: a line below; may be empty.
  void showScale(const QString& title, const ColourScale& scale, const QString& note);
  const ColourScale& scale() const { return m_scale; }
  const QString& note() const { return m_note; }

  QSize sizeHint() const override;

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  QString m_title;
  QString m_note;
  ColourScale m_scale;
};

}  // namespace carport::ui
