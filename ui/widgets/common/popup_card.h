#pragma once

#include "gateway/base/clock.h"

class QDateTimeEdit;
class QFrame;
class QVBoxLayout;
class QWidget;

namespace carport::ui {

/// A small card that floats over the page until it is used or clicked away, when it deletes itself. Empty, not shown.
struct PopupCard {
  QFrame* frame;
  QVBoxLayout* column;
};
PopupCard makePopupCard(QWidget* parent);

/// A field for a moment, to the second, with a calendar.
QDateTimeEdit* makeMomentField(TimePoint moment, QWidget* parent);

}  // namespace carport::ui
