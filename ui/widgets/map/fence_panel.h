#pragma once

#include "gateway/api/fence.h"
#include "ui/models/fence_list_model.h"

#include <QStyledItemDelegate>
#include <QWidget>

#include <vector>

class QLabel;
class QLineEdit;
class QListView;
class QPushButton;
class QStackedWidget;
class QVBoxLayout;

namespace carport::ui {

class FenceCensus;
class FenceStore;
class Notice;

/// One fence in the list: its colour, its name, its area, and how many cars are inside.
class FenceDelegate : public QStyledItemDelegate {
  Q_OBJECT

 public:
  using QStyledItemDelegate::QStyledItemDelegate;

  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
  QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

/// All fences, in the drawer: search, how many cars are inside each, and what can be done with the chosen ones. Wishes
/// go out as signals. Owner: the drawer; store and census outlive it. GUI thread.
class FencePanel : public QWidget {
  Q_OBJECT

 public:
  FencePanel(FenceStore& store, const FenceCensus& census, QWidget* parent = nullptr);

  /// Without telling of it.
  void choose(api::FenceNumber fence);
  void showDone(const QString& sentence);
  void showError(const QString& sentence);

 signals:
  /// The only chosen one; 0: none or several.
  void fenceChosen(carport::api::FenceNumber fence);
  void areaWanted();
  void circleWanted();
  void importWanted();
  void openWanted(carport::api::FenceNumber fence);
  void removalWanted(const std::vector<carport::api::Fence>& fences);
  void carsWanted(const std::vector<carport::api::Fence>& fences);
  /// Of the chosen ones, or of all that are shown where none is chosen.
  void exportWanted(const std::vector<carport::api::Fence>& fences);

 protected:
  /// Down goes from the search into the list.
  void keyPressEvent(QKeyEvent* event) override;

 private:
  void setUpTop(QVBoxLayout& column);
  void setUpList(QVBoxLayout& column);
  void setUpEmpty();
  void setUpActions(QVBoxLayout& column);
  void refresh();
  void refreshEmpty(bool may);
  void keepChoice();
  std::vector<api::Fence> chosen() const;

  FenceStore& m_store;
  FenceListModel m_model;
  QLineEdit* m_search = nullptr;
  Notice* m_notice = nullptr;
  QLabel* m_whyNot = nullptr;
  QStackedWidget* m_states = nullptr;
  QListView* m_list = nullptr;
  QWidget* m_empty = nullptr;
  QLabel* m_emptyTitle = nullptr;
  QLabel* m_emptyText = nullptr;
  QPushButton* m_area = nullptr;
  QPushButton* m_circle = nullptr;
  QPushButton* m_import = nullptr;
  QPushButton* m_open = nullptr;
  QPushButton* m_remove = nullptr;
  QPushButton* m_cars = nullptr;
  QPushButton* m_export = nullptr;
  std::vector<api::FenceNumber> m_kept;  ///< chosen ones, while the list is filled anew
  bool m_isFilling = false;
};

}  // namespace carport::ui
