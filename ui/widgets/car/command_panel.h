#pragma once

#include <QWidget>

#include <optional>

class QBoxLayout;
class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace carport::ui {

class CarPresenter;
class FittedTable;
class Notice;

/// Composes commands to the car and shows how far each has got. Owner: CarPage.
class CommandPanel : public QWidget {
  Q_OBJECT

 public:
  explicit CommandPanel(CarPresenter& presenter, QWidget* parent = nullptr);

  void setCompact(bool compact);

 private:
  void makeForm();
  void makeList();
  void send();
  void cancelSelected();
  void refresh();

  CarPresenter& m_presenter;
  Notice* m_notice = nullptr;
  QBoxLayout* m_form = nullptr;
  QComboBox* m_name = nullptr;
  QLineEdit* m_arguments = nullptr;
  QComboBox* m_life = nullptr;
  QPushButton* m_send = nullptr;
  QPushButton* m_cancel = nullptr;
  std::optional<bool> m_compact;  ///< none: not said yet
  QLabel* m_empty = nullptr;
  FittedTable* m_table = nullptr;
};

}  // namespace carport::ui
