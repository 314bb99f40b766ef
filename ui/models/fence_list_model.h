#pragma once

#include "gateway/api/fence.h"

#include <QAbstractListModel>
#include <QString>

#include <vector>

namespace carport::ui {

class FenceCensus;
class FenceStore;

enum FenceRole : int {
  kFenceNumberRole = Qt::UserRole + 1,  ///< qint64
  kFenceColourRole,                     ///< int
  kFenceAreaRole,                       ///< square metres, double
  kFenceCarsRole,                       ///< how many cars are inside, int; -1 while it is not known
};

/// The fences whose name or note has what is searched, by name. Owner: the list in the drawer; lives shorter than store
/// and census. GUI thread.
class FenceListModel : public QAbstractListModel {
  Q_OBJECT

 public:
  FenceListModel(const FenceStore& store, const FenceCensus& census, QObject* parent = nullptr);

  void setSearch(const QString& text);
  /// -1 where it is not shown.
  int rowOf(api::FenceNumber fence) const;
  api::FenceNumber numberAt(int row) const;
  /// Those that are shown, in their order.
  std::vector<api::Fence> shown() const;

  int rowCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;

 private:
  struct Row {
    api::FenceNumber number;
    QString name;
    QString note;
    int colour = 0;
    double area = 0;
    int cars = -1;
  };

  void reload();
  void takeCounts();

  const FenceStore& m_store;
  const FenceCensus& m_census;
  QString m_search;
  std::vector<Row> m_rows;
};

}  // namespace carport::ui
