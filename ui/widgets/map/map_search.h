#pragma once

#include "ui/models/car_store.h"
#include "ui/models/projection.h"

#include <QFrame>
#include <QLineEdit>

#include <vector>

class QListWidget;

namespace carport::ui {

/// The field over the map that finds cars by id, name or group, and places by typed coordinates; what it found hangs
/// below it. Down and Up choose, Enter takes, Esc backs out. Owner: MapPage; the store outlives it. GUI thread.
class MapSearch : public QWidget {
  Q_OBJECT

 public:
  /// Most results that are listed; the last line says how many more there are.
  static constexpr std::size_t kMaxResults = 8;

  MapSearch(const CarStore& store, QWidget* parent);

  QLineEdit* field() const { return m_field; }
  QListWidget* results() const { return m_results; }
  /// As wide as it likes to be with the text's size, at most `width` pixels.
  void fitInto(int width);

 signals:
  void carChosen(carport::PrincipalNumber car);
  void placeChosen(carport::ui::GeoPoint place);
  /// Esc in an empty field: the hand goes back to the map.
  void left();

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void search();
  void addCars(const QString& text);
  void addRow(const QIcon& icon, const QString& text, bool choosable);
  void choose(int row);
  void close();
  bool keyPressed(int key);
  void step(int by);

  struct Found {
    PrincipalNumber car;
    GeoPoint place;
  };

  const CarStore& m_store;
  QLineEdit* m_field;
  QListWidget* m_results;
  std::vector<Found> m_found;
};

}  // namespace carport::ui
