#pragma once

#include <QTableView>

namespace carport::ui {

/// A table as high as its rows, up to a limit, for pages that scroll as a whole. Owner: the page.
class FittedTable : public QTableView {
  Q_OBJECT

 public:
  /// Shows `model`, which lives longer; at most `maxRows` before it scrolls by itself.
  FittedTable(QAbstractItemModel& model, int maxRows, QWidget* parent = nullptr);

  /// Rows before it scrolls by itself.
  void setMaxRows(int maxRows);

 protected:
  void changeEvent(QEvent* event) override;

 private:
  void fit();

  int m_maxRows;
};

}  // namespace carport::ui
