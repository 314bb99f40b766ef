#include "ui/shell/navigation_rail.h"

#include "ui/widgets/style/icons.h"
#include "ui/widgets/style/metrics.h"

#include <QButtonGroup>
#include <QToolButton>
#include <QVBoxLayout>

namespace carport::ui {

NavigationRail::NavigationRail(QWidget* parent) : QFrame(parent) {
  setFixedWidth(size::kRail);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(space::kInside, space::kInside, space::kInside, space::kInside);
  column->setSpacing(space::kTight);
  m_buttons = new QButtonGroup(this);
  const auto add = [&](Page page, const QString& icon, const QString& name) {
    auto* button = new QToolButton(this);
    button->setProperty("kind", "rail");
    button->setIcon(themedIcon(icon));
    button->setIconSize(QSize(size::kIcon, size::kIcon));
    button->setFixedSize(size::kRail - 2 * space::kInside, size::kRail - 2 * space::kInside);
    button->setCheckable(true);
    button->setToolTip(tr("%1 (Ctrl+%2)").arg(name, QString::number(static_cast<int>(page) + 1)));
    button->setAccessibleName(name);
    m_buttons->addButton(button, static_cast<int>(page));
    column->addWidget(button);
  };
  add(Page::map, QStringLiteral("map"), tr("Map"));
  add(Page::cars, QStringLiteral("cars"), tr("Cars"));
  add(Page::permissions, QStringLiteral("permissions"), tr("Permissions"));
  add(Page::commands, QStringLiteral("commands"), tr("Commands"));
  column->addStretch(1);
  add(Page::gateway, QStringLiteral("gateway"), tr("Gateway"));
  connect(m_buttons, &QButtonGroup::idClicked, this, [this](int id) { emit pageRequested(static_cast<Page>(id)); });
}

void NavigationRail::takeFocus() {
  QAbstractButton* shown = m_buttons->checkedButton();
  (shown ? shown : m_buttons->buttons().first())->setFocus(Qt::TabFocusReason);
}

void NavigationRail::setPage(Page page) {
  QAbstractButton* wanted = m_buttons->button(static_cast<int>(page));
  // A group that insists on one checked button could show none of them for a car's own page.
  m_buttons->setExclusive(false);
  for (QAbstractButton* button : m_buttons->buttons()) button->setChecked(button == wanted);
  m_buttons->setExclusive(wanted != nullptr);
}

}  // namespace carport::ui
