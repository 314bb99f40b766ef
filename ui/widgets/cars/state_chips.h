#pragma once

#include "gateway/api/car_state.h"

#include <QWidget>

#include <vector>

class QToolButton;

namespace carport::ui {

class CarStore;

/// A button for each thing that cars do, with how many do it; those that are pressed are the ones to be shown. Owner:
/// CarsPage; lives shorter than the store. GUI thread.
class StateChips : public QWidget {
  Q_OBJECT

 public:
  explicit StateChips(const CarStore& store, QWidget* parent = nullptr);

  /// Shows these as pressed, without telling.
  void setStates(const std::vector<api::Activity>& states);
  std::vector<api::Activity> states() const;

 signals:
  /// Pressed by hand.
  void statesChosen();

 protected:
  void changeEvent(QEvent* event) override;

 private:
  void refreshCounts();
  void paintIcons();

  const CarStore& m_store;
  std::vector<QToolButton*> m_buttons;
};

}  // namespace carport::ui
