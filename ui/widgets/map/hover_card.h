#pragma once

#include "ui/widgets/map/map_car.h"

#include <QFrame>

class QLabel;

namespace carport::ui {

struct Cluster;

/// What a car under the pointer is called and does: a small card beside it. Owner: MapView. GUI thread.
class HoverCard : public QFrame {
  Q_OBJECT

 public:
  explicit HoverCard(QWidget* parent);

  /// Shows `car` beside `pixel`, inside the parent. `now`: the gateway's time.
  void showCar(const MapCar& car, TimePoint now, QPointF pixel);
  /// Shows how many of what a cluster holds.
  void showCluster(const Cluster& cluster, QPointF pixel);

 private:
  void place(QPointF pixel);

  QLabel* m_title;
  QLabel* m_detail;
  QLabel* m_age;
};

}  // namespace carport::ui
