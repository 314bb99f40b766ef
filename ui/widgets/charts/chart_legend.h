#pragma once

#include <QString>
#include <QWidget>

#include <vector>

namespace carport::ui {

/// The lines of a plot by name and colour (the theme's, in their order), with their value under the crosshair or the
/// newest one. Wraps into as many rows as it takes. Owner: TimeChart.
class ChartLegend : public QWidget {
  Q_OBJECT

 public:
  struct Entry {
    QString name;
    QString value;  ///< with unit; may be empty
  };

  explicit ChartLegend(QWidget* parent = nullptr);

  void setEntries(std::vector<Entry> entries);

  QSize sizeHint() const override;
  bool hasHeightForWidth() const override { return true; }
  int heightForWidth(int width) const override;

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  struct Placed {
    QRect box;
    int nameWidth;
  };
  std::vector<Placed> placed(int width) const;

  std::vector<Entry> m_entries;
};

}  // namespace carport::ui
