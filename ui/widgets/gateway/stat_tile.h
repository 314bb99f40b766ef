#pragma once

#include <QFrame>

class QLabel;

namespace carport::ui {

/// One figure that matters, with what it is and a quiet remark. Owner: the page.
class StatTile : public QFrame {
  Q_OBJECT

 public:
  explicit StatTile(const QString& caption, QWidget* parent = nullptr);

  void setFigure(const QString& figure, const QString& remark);

 private:
  QLabel* m_figure = nullptr;
  QLabel* m_remark = nullptr;
};

}  // namespace carport::ui
