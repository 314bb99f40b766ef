#pragma once

#include "gateway/api/car_state.h"
#include "ui/models/car_roles.h"
#include "ui/models/car_store.h"

#include <QAbstractProxyModel>
#include <QStringList>
#include <QTimer>

#include <optional>
#include <vector>

namespace carport::ui {

class CarTableModel;

/// Filters and sorts a CarTableModel straight from the store's arrays: 30,000 cars in a few milliseconds, where
/// QSortFilterProxyModel takes hundreds. While cars move, order and membership are brought up to date once a second.
/// A big change of the filter resets the model: views restore their selection by kCarNumberRole. GUI thread.
class CarFilterModel : public QAbstractProxyModel {
  Q_OBJECT

 public:
  static constexpr int kUpdateEveryMs = 1'000;

  /// Lives shorter than `source`.
  explicit CarFilterModel(CarTableModel& source, QObject* parent = nullptr);

  /// Every word has to be in the id, the name or a group; case does not matter.
  void setText(const QString& text);
  /// Only cars that are doing this; none: all.
  void setActivity(std::optional<api::Activity> activity);
  QString text() const { return m_words.join(u' '); }
  std::optional<api::Activity> activity() const { return m_activity; }

  /// Brings order and membership up to date now.
  void update();

  /// The proxy's index of a car; invalid where the filter leaves it out.
  QModelIndex indexOf(PrincipalNumber car) const;

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
  QModelIndex parent(const QModelIndex&) const override { return {}; }
  QModelIndex mapFromSource(const QModelIndex& source) const override;
  QModelIndex mapToSource(const QModelIndex& proxy) const override;
  void sort(int column, Qt::SortOrder order = Qt::AscendingOrder) override;

 private:
  std::vector<CarStore::Row> wanted() const;
  bool accepts(CarStore::Row row) const;
  bool less(CarStore::Row left, CarStore::Row right) const;
  void apply(std::vector<CarStore::Row> rows);
  void resetTo(std::vector<CarStore::Row> rows);
  void reorder(std::vector<CarStore::Row> rows);
  void indexPlaces();
  void onSourceChanged(const QModelIndex& topLeft, const QModelIndex& bottomRight, const QList<int>& roles);

  CarTableModel& m_source;
  const CarStore& m_store;
  QStringList m_words;
  std::optional<api::Activity> m_activity;
  int m_sortColumn = 0;
  Qt::SortOrder m_sortOrder = Qt::AscendingOrder;
  std::vector<CarStore::Row> m_order;  ///< source row by proxy row
  std::vector<int> m_places;           ///< proxy row by source row; -1: left out
  QTimer m_updateTimer;
};

}  // namespace carport::ui
