#pragma once

#include "ui/models/heat_area.h"

#include <QFrame>
#include <QString>

#include <optional>

namespace carport::ui {

/// What the colours of the heat map mean: time per cell, of which period, and how it stands with it. Owner:
/// HeatControls. GUI thread.
class HeatLegend : public QFrame {
  Q_OBJECT

 public:
  explicit HeatLegend(QWidget* parent);

  /// `title`: what is counted where; `period`: when and of whom; `note`: what else is to be said, may be empty. Without
  /// `scale` there is no ramp.
  void setContent(const QString& title, const QString& period, const QString& note,
                  const std::optional<HeatScale>& scale);
  const QString& note() const { return m_note; }
  const std::optional<HeatScale>& scale() const { return m_scale; }

  QSize sizeHint() const override;

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  double paintRamp(QPainter& painter, double top) const;
  int noteWidth() const;
  QRect noteBounds() const;

  QString m_title;
  QString m_period;
  QString m_note;
  std::optional<HeatScale> m_scale;
};

}  // namespace carport::ui
