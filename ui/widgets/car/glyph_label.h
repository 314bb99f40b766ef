#pragma once

#include "gateway/api/car_state.h"

#include <QWidget>

namespace carport::ui {

/// The sign for what a car is doing, as on the map. Owner: CarHeader.
class GlyphLabel : public QWidget {
  Q_OBJECT

 public:
  explicit GlyphLabel(QWidget* parent = nullptr);
  void setState(api::Activity activity, float heading);

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  api::Activity m_activity = api::Activity::unknown;
  float m_heading = 0;
};

}  // namespace carport::ui
