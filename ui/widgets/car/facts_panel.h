#pragma once

#include "ui/widgets/car/car_presenter.h"

#include <QWidget>

#include <vector>

class QGridLayout;
class QLabel;

namespace carport::ui {

/// What is known about the car, as names and values. Owner: CarPage.
class FactsPanel : public QWidget {
  Q_OBJECT

 public:
  explicit FactsPanel(QWidget* parent = nullptr);

  void setFacts(const CarPresenter::Facts& facts);

 private:
  QGridLayout* m_grid = nullptr;
  std::vector<QLabel*> m_names;
  std::vector<QLabel*> m_values;
};

}  // namespace carport::ui
