#pragma once

#include "ui/models/car_columns.h"
#include "ui/models/car_query.h"
#include "ui/models/car_store.h"

#include <QAbstractProxyModel>
#include <QTimer>

#include <cstdint>
#include <vector>

namespace carport::ui {

class CarTableModel;

/// Filters and sorts a CarTableModel straight from the store's arrays: 30,000 cars in a few milliseconds, where
/// QSortFilterProxyModel takes hundreds. The order is kept apart from the filter, so that typing only runs over the
/// cars. While cars move, order and membership are brought up to date once a second, in steps that leave selection and
/// scrolling alone; only a big change resets the model: views restore their selection by kCarNumberRole. GUI thread.
class CarFilterModel : public QAbstractProxyModel {
  Q_OBJECT

 public:
  static constexpr int kUpdateEveryMs = 1'000;
  /// Changes of more separate ranges than this are told as a reset.
  static constexpr std::size_t kMaxSteps = 200;

  /// Lives shorter than `source`.
  explicit CarFilterModel(CarTableModel& source, QObject* parent = nullptr);

  /// Only cars that fit the query.
  void setQuery(const CarQuery& query);
  const CarQuery& query() const { return m_query; }
  /// setQuery() with what `text` says of this fleet.
  void setText(const QString& text);

  const CarColumnSpec& sortColumn() const { return m_sortColumn; }
  Qt::SortOrder sortOrder() const { return m_sortOrder; }
  /// By a column that need not be shown.
  void sortBy(const CarColumnSpec& column, Qt::SortOrder order);

  /// Brings order and membership up to date now.
  void update();

  /// The proxy's index of a car; invalid where the filter leaves it out.
  QModelIndex indexOf(PrincipalNumber car) const;
  /// The car's row in the store by the proxy's row.
  CarStore::Row storeRow(int row) const { return m_order[std::size_t(row)]; }

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
  QModelIndex parent(const QModelIndex&) const override { return {}; }
  QModelIndex mapFromSource(const QModelIndex& source) const override;
  QModelIndex mapToSource(const QModelIndex& proxy) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
  void sort(int column, Qt::SortOrder order = Qt::AscendingOrder) override;

 private:
  using Rows = std::vector<CarStore::Row>;

  void sortAll();
  Rows wanted() const;
  bool isSourceReady() const;
  void apply(Rows rows);
  void resetTo(Rows rows);
  void removeAbsent(const std::vector<bool>& stays);
  void insertFresh(const Rows& rows);
  void reorder(Rows rows);
  void indexPlaces();
  void onSourceChanged(const QModelIndex& topLeft, const QModelIndex& bottomRight, const QList<int>& roles);

  CarTableModel& m_source;
  const CarStore& m_store;
  CarQuery m_query;
  CarColumnSpec m_sortColumn;
  Qt::SortOrder m_sortOrder = Qt::AscendingOrder;
  Rows m_sorted;              ///< every car in the order that is wanted
  Rows m_order;               ///< source row by proxy row
  std::vector<int> m_places;  ///< proxy row by source row; -1: left out
  QTimer m_updateTimer;
};

}  // namespace carport::ui
