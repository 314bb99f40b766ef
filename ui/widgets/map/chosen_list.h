#pragma once

#include "gateway/base/strong_id.h"
#include "ui/models/car_set.h"

#include <QListWidget>
#include <QTimer>

namespace carport::ui {

class CarStore;

/// The cars that are chosen on the map, by name, with what each is doing now: for the drawer beside the map. Up and
/// Down or a click bring a car into sight, Enter or a double click opens it. Owner: the drawer; the store outlives it.
/// GUI thread.
class ChosenList : public QListWidget {
  Q_OBJECT

 public:
  /// Most cars that are listed; the last line says how many more there are.
  static constexpr int kMaxListed = 1'000;

  explicit ChosenList(const CarStore& store, QWidget* parent = nullptr);

  void setCars(const CarSet& cars);

 signals:
  void carShown(carport::PrincipalNumber car);
  void carActivated(carport::PrincipalNumber car);

 private:
  void updateWords();

  const CarStore& m_store;
  QTimer m_timer;
};

}  // namespace carport::ui
