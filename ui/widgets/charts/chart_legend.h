#pragma once

#include <QString>
#include <QWidget>

#include <cstddef>
#include <vector>

class QToolButton;

namespace carport::ui {

class LegendChip;

/// The lines of a plot by name and colour, with their value under the crosshair or the newest one. Wraps into as many
/// rows as it takes. Where it can be edited, a line is hidden by a click, and lines are added and taken away. Owner:
/// TimeChart.
class ChartLegend : public QWidget {
  Q_OBJECT

 public:
  struct Entry {
    QString name;
    QString value;  ///< with unit; may be empty
    std::size_t colour = 0;
    bool isHidden = false;
    bool isEarlier = false;  ///< of the period that is compared with
  };

  explicit ChartLegend(QWidget* parent = nullptr);

  void setEntries(const std::vector<Entry>& entries);
  /// Whether lines can be hidden, added and taken away, and the plot itself be taken away.
  void setEditable(bool editable, bool isPlotRemovable);
  const std::vector<LegendChip*>& chips() const { return m_chips; }
  /// Where a list of what can be added opens.
  QPoint addButtonCorner() const;

  QSize sizeHint() const override;
  bool hasHeightForWidth() const override { return true; }
  int heightForWidth(int width) const override;

 signals:
  void seriesToggled(std::size_t index);
  void colourChosen(std::size_t index, std::size_t colour);
  void removeRequested(std::size_t index);
  void addRequested();
  void removePlotRequested();

 protected:
  void resizeEvent(QResizeEvent* event) override;

 private:
  void addChip();
  std::vector<QRect> places(int width) const;
  void place();

  std::vector<LegendChip*> m_chips;
  QToolButton* m_add = nullptr;
  QToolButton* m_removePlot = nullptr;
  bool m_isEditable = false;
};

}  // namespace carport::ui
