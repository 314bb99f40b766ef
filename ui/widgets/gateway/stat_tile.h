#pragma once

#include <QFrame>

class QLabel;

namespace carport::ui {

class ElidedLabel;

/// One figure that matters, with what it is and a quiet remark. Owner: the page.
class StatTile : public QFrame {
  Q_OBJECT

 public:
  explicit StatTile(const QString& caption, QWidget* parent = nullptr);

  void setFigure(const QString& figure, const QString& remark);
  /// “–”, while nothing is known.
  void setUnknown();

 private:
  QLabel* m_figure = nullptr;
  ElidedLabel* m_remark = nullptr;
};

}  // namespace carport::ui
