#pragma once

#include <QToolButton>

#include <string>
#include <vector>

class QFrame;
class QLabel;
class QLineEdit;
class QListWidget;

namespace carport::ui {

/// Chooses which metrics are plotted: a button with a searchable check list below it. Owner: PlotPanel.
class MetricPicker : public QToolButton {
  Q_OBJECT

 public:
  explicit MetricPicker(QWidget* parent = nullptr);

  void setMetrics(const std::vector<std::string>& names, const std::vector<std::string>& chosen);
  void open();

 signals:
  void chosen(const std::vector<std::string>& metrics);

 private:
  void fillList();
  void filter(const QString& text);
  void onItemChanged();

  std::vector<std::string> m_names;
  std::vector<std::string> m_chosen;
  QFrame* m_popup = nullptr;
  QLineEdit* m_search = nullptr;
  QListWidget* m_list = nullptr;
  QLabel* m_limit = nullptr;
  bool m_filling = false;
};

}  // namespace carport::ui
