#include "ui/widgets/cars/car_search_field.h"

#include "ui/widgets/style/icons.h"
#include "ui/widgets/style/metrics.h"

#include <QAbstractItemView>
#include <QCompleter>
#include <QKeyEvent>
#include <QStringListModel>

namespace carport::ui {

namespace {
constexpr int kOffersWidth = 260;
}  // namespace

CarSearchField::CarSearchField(QWidget* parent) : QLineEdit(parent) {
  setPlaceholderText(tr("Name, id, group or tag; or state:driving speed>80 group:north"));
  setAccessibleName(tr("Filter cars"));
  setClearButtonEnabled(true);
  setMaxLength(static_cast<int>(CarQuery::kMaxLength));
  addAction(themedIcon(QStringLiteral("search")), QLineEdit::LeadingPosition);
  m_offers = new QStringListModel(this);
  m_completer = new QCompleter(m_offers, this);
  m_completer->setCompletionMode(QCompleter::UnfilteredPopupCompletion);
  m_completer->setMaxVisibleItems(static_cast<int>(CarQueryHelp::kMaxOffers));
  m_completer->setWidget(this);
  m_completer->popup()->setAccessibleName(tr("What can be searched for"));
  connect(m_completer, qOverload<const QString&>(&QCompleter::activated), this, &CarSearchField::take);
  connect(this, &QLineEdit::textEdited, this, &CarSearchField::offer);
}

void CarSearchField::offer() {
  if (!m_words) return;
  m_help = CarQueryHelp::at(text(), cursorPosition(), m_words());
  m_offers->setStringList(m_help.offers);
  if (m_help.offers.isEmpty()) return m_completer->popup()->hide();
  QRect below = cursorRect();
  below.setWidth(kOffersWidth);
  m_completer->complete(below);
}

void CarSearchField::take(const QString& offer) {
  qsizetype cursor = 0;
  setText(m_help.taken(text(), offer, &cursor));
  setCursorPosition(static_cast<int>(cursor));
}

void CarSearchField::keyPressEvent(QKeyEvent* event) {
  const bool offering = m_completer->popup()->isVisible();
  switch (event->key()) {
    case Qt::Key_Return:
    case Qt::Key_Enter:
      if (offering && m_completer->popup()->currentIndex().isValid()) return event->ignore();
      m_completer->popup()->hide();
      return emit tableWanted();
    case Qt::Key_Down:
      if (!offering) return emit tableWanted();
      break;
    case Qt::Key_Escape:
      if (text().isEmpty()) break;
      m_completer->popup()->hide();
      return clear();
    default:
      break;
  }
  QLineEdit::keyPressEvent(event);
}

void CarSearchField::focusOutEvent(QFocusEvent* event) {
  // The popup itself takes the focus away while it opens.
  if (event->reason() != Qt::PopupFocusReason) m_completer->popup()->hide();
  QLineEdit::focusOutEvent(event);
}

}  // namespace carport::ui
