#include "ui/widgets/common/popup_card.h"

#include "ui/widgets/style/metrics.h"

#include <QDateTimeEdit>
#include <QFrame>
#include <QVBoxLayout>

namespace carport::ui {

PopupCard makePopupCard(QWidget* parent) {
  auto* frame = new QFrame(parent, Qt::Popup);
  frame->setAttribute(Qt::WA_DeleteOnClose);
  frame->setProperty("kind", "floating");
  auto* column = new QVBoxLayout(frame);
  column->setContentsMargins(space::kPadding, space::kPadding, space::kPadding, space::kPadding);
  column->setSpacing(space::kInside);
  return {frame, column};
}

QDateTimeEdit* makeMomentField(TimePoint moment, QWidget* parent) {
  auto* field = new QDateTimeEdit(QDateTime::fromMSecsSinceEpoch(toMs(moment)), parent);
  field->setDisplayFormat(QStringLiteral("yyyy-MM-dd HH:mm:ss"));
  field->setCalendarPopup(true);
  return field;
}

}  // namespace carport::ui
