#pragma once

#include "ui/widgets/car/car_presenter.h"

#include <QFrame>
#include <QStringList>

#include <vector>

class QGridLayout;
class QLabel;

namespace carport::ui {

/// What is wrong with the car: alarms that are active, and what of its messages was refused, by field. Hidden while
/// nothing is. Owner: CarPage.
class TroubleList : public QFrame {
  Q_OBJECT

 public:
  explicit TroubleList(QWidget* parent = nullptr);

  void setTroubles(const QStringList& alarms, const std::vector<CarPresenter::RefusalLine>& refusals);

 protected:
  void changeEvent(QEvent* event) override;

 private:
  void rebuild();
  int addHeading(int row, const QString& icon, const QColor& colour, const QString& text);

  QGridLayout* m_grid = nullptr;
  std::vector<QLabel*> m_ages;  ///< of the refusals that are shown, in their order
  QStringList m_alarms;
  std::vector<CarPresenter::RefusalLine> m_refusals;
};

}  // namespace carport::ui
