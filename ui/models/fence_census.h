#pragma once

#include "gateway/api/fence.h"
#include "ui/models/car_set.h"
#include "ui/models/car_store.h"

#include <QHash>
#include <QObject>
#include <QTimer>

#include <cstddef>
#include <utility>
#include <vector>

namespace carport::ui {

class FenceStore;

/// How many cars are inside each fence now: counted again and again while somebody looks, a little at a time, so that
/// 30,000 cars and 1,000 fences keep nobody waiting. Owner: whoever shows it; lives shorter than the stores. GUI
/// thread.
class FenceCensus : public QObject {
  Q_OBJECT

 public:
  /// From the end of one count to the beginning of the next.
  static constexpr int kEveryMs = 2'000;
  /// Longest piece of a count.
  static constexpr int kSliceMs = 3;

  FenceCensus(const FenceStore& fences, const CarStore& cars, QObject* parent = nullptr);

  /// Counts while it is active; the first count begins at once.
  void setActive(bool active);
  /// By number; -1 while it is not counted yet.
  int carsIn(api::FenceNumber fence) const { return m_counts.value(fence.value, -1); }
  /// Which cars are inside a shape now.
  static CarSet carsInside(const api::FenceShape& shape, const CarStore& cars);

 signals:
  /// Every fence was counted anew.
  void counted();

 private:
  void begin();
  void goOn();

  const FenceStore& m_fences;
  const CarStore& m_cars;
  std::vector<std::pair<double, double>> m_places;  ///< latitude and longitude of every car, from south to north
  QHash<qint64, int> m_counts;
  QHash<qint64, int> m_fresh;
  std::size_t m_next = 0;
  QTimer m_timer;
  bool m_active = false;
};

}  // namespace carport::ui
