#pragma once

#include "ui/widgets/map/map_car.h"

#include <QFrame>

#include <functional>

class QLabel;

namespace carport::ui {

struct Cluster;

/// What a car under the pointer is called and does: a small card beside it. Owner: MapView. GUI thread.
class HoverCard : public QFrame {
  Q_OBJECT

 public:
  explicit HoverCard(QWidget* parent);

  /// What MapCar::value is a value of; empty: of nothing.
  void setMetric(const QString& metric) { m_metric = metric; }
  /// Names the street at a place; an empty name where there is none.
  void setStreetFinder(std::function<QString(GeoPoint)> finder) { m_street = std::move(finder); }

  /// Shows `car` beside `pixel`, inside the parent. `now`: the gateway's time.
  void showCar(const MapCar& car, TimePoint now, QPointF pixel);
  /// Shows how many of what a cluster holds.
  void showCluster(const Cluster& cluster, QPointF pixel);

 private:
  /// The line about the car's value; empty where there is nothing to say.
  QString valueText(double value) const;
  void setLines(const QString& title, const QString& detail, const QString& street, const QString& value,
                const QString& small);
  void place(QPointF pixel);

  QString m_metric;
  std::function<QString(GeoPoint)> m_street;
  QLabel* m_title;
  QLabel* m_detail;
  QLabel* m_where;
  QLabel* m_value;
  QLabel* m_age;
};

}  // namespace carport::ui
