#pragma once

#include <QAbstractButton>
#include <QString>

#include <cstddef>

class QMenu;

namespace carport::ui {

/// One line of a plot in its legend: colour, name, value. A click hides or shows the line; the menu changes its colour
/// or takes it away (Delete does so too). Owner: ChartLegend. GUI thread.
class LegendChip : public QAbstractButton {
  Q_OBJECT

 public:
  explicit LegendChip(QWidget* parent = nullptr);

  /// `isEarlier`: it is of the period that is compared with.
  void setEntry(const QString& name, const QString& value, std::size_t colour, bool isHidden, bool isEarlier);
  /// Whether it can be changed; otherwise it only tells.
  void setEditable(bool editable);
  /// As wide as it would like to be, and at most `most`.
  int wantedWidth(int most) const;

  QSize sizeHint() const override;

 signals:
  void toggleRequested();
  void colourChosen(std::size_t colour);
  void removeRequested();

 protected:
  void paintEvent(QPaintEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void contextMenuEvent(QContextMenuEvent* event) override;

 private:
  void addColours(QMenu& menu);

  QString m_name;
  QString m_value;
  std::size_t m_colour = 0;
  bool m_isHidden = false;
  bool m_isEarlier = false;
  bool m_isEditable = false;
};

}  // namespace carport::ui
