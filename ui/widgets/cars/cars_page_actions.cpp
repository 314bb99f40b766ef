// What the page of cars does with views, columns and chosen cars.
#include "ui/models/car_store.h"
#include "ui/widgets/cars/car_search_field.h"
#include "ui/widgets/cars/cars_page.h"
#include "ui/widgets/cars/cars_table.h"
#include "ui/widgets/cars/edit_cars_form.h"
#include "ui/widgets/cars/save_view_form.h"
#include "ui/widgets/commands/car_picker.h"
#include "ui/widgets/commands/command_form.h"
#include "ui/widgets/common/drawer_host.h"
#include "ui/widgets/common/elided_label.h"
#include "ui/widgets/common/notice.h"
#include "ui/widgets/style/metrics.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QMenu>
#include <QPushButton>

#include <algorithm>

namespace carport::ui {

QWidget* CarsPage::makeChosenBar() {
  m_chosenBar = new QWidget(this);
  auto* row = new QHBoxLayout(m_chosenBar);
  row->setContentsMargins(0, 0, 0, space::kInside);
  row->setSpacing(space::kInside);
  m_chosenText = new ElidedLabel(m_chosenBar);
  m_chosenText->setProperty("kind", "strong");
  row->addWidget(m_chosenText);
  row->addStretch(1);
  const auto add = [&](const QString& text, auto run) {
    auto* button = new QPushButton(text, m_chosenBar);
    connect(button, &QPushButton::clicked, this, run);
    row->addWidget(button);
    return button;
  };
  add(tr("Show on map"), [this] { emit mapWanted(m_table->chosenCars()); });
  m_command = add(tr("Send command…"), [this] { sendCommand(); });
  add(tr("Change…"), [this] { editChosen(); });
  add(tr("Copy"), [this] { copy(CarTextForm::tabs); });
  add(tr("Choose none"), [this] { m_table->clearSelection(); });
  return m_chosenBar;
}

void CarsPage::updateChosen() {
  const int chosen = m_table->chosenCount();
  m_chosenBar->setVisible(chosen > 1);
  m_chosenText->setFullText(tr("%Ln cars chosen", nullptr, chosen));
  m_command->setEnabled(chosen <= CarPicker::kMaxCars);
  m_command->setToolTip(chosen <= CarPicker::kMaxCars
                            ? QString()
                            : tr("A command goes to at most %1 cars at a time.").arg(CarPicker::kMaxCars));
}

void CarsPage::fillColumnsMenu() {
  m_columnsMenu->clear();
  const CarColumns shown = m_table->shownView().columns;
  CarColumns possible = possibleCarColumns(m_store);
  for (const CarColumnSpec& column : shown) {
    if (std::find(possible.begin(), possible.end(), column) == possible.end()) possible.push_back(column);
  }
  auto kind = CarColumnSpec::Kind::builtIn;
  for (const CarColumnSpec& column : possible) {
    if (column.kind != kind) m_columnsMenu->addSeparator();
    kind = column.kind;
    const bool isShown = std::find(shown.begin(), shown.end(), column) != shown.end();
    QAction* action = m_columnsMenu->addAction(column.title().replace(u'&', QStringLiteral("&&")));
    action->setCheckable(true);
    action->setChecked(isShown);
    action->setEnabled(isShown ? shown.size() > 1 : shown.size() < kMaxCarColumns);
    connect(action, &QAction::triggered, this, [this, column](bool wanted) {
      CarColumns columns = m_table->shownView().columns;
      std::erase(columns, column);
      if (wanted) columns.push_back(column);
      m_table->setColumns(columns);
      watchVisible();
    });
  }
  m_columnsMenu->addSeparator();
  m_columnsMenu->addAction(tr("Usual columns"), this, [this] { m_table->setColumns(usualCarColumns()); });
}

void CarsPage::fillViewsMenu() {
  m_viewsMenu->clear();
  m_viewsMenu->addAction(tr("All cars"), this, [this] { showView(usualCarView()); });
  m_viewsMenu->addSeparator();
  for (const CarView& view : m_views.views) {
    QAction* action = m_viewsMenu->addAction(QString(view.name).replace(u'&', QStringLiteral("&&")));
    action->setCheckable(true);
    action->setChecked(view.name == m_views.last.name);
    connect(action, &QAction::triggered, this, [this, name = view.name] {
      if (const CarView* saved = m_views.find(name)) showView(CarView(*saved));
    });
  }
  m_viewsMenu->addSeparator();
  m_viewsMenu->addAction(tr("Save this view…"), this, &CarsPage::saveView);
  QAction* remove = m_viewsMenu->addAction(tr("Delete “%1”").arg(m_views.last.name), this, [this] {
    m_views.remove(m_views.last.name);
    m_viewsButton->setText(tr("Views"));
    keepViews();
  });
  remove->setVisible(m_views.find(m_views.last.name) != nullptr);
}

CarView CarsPage::shownView() const {
  CarView view = m_table->shownView();
  view.query = m_search->text();
  view.name = m_views.last.name;
  return view;
}

void CarsPage::showView(const CarView& view) {
  m_views.last = view;
  m_viewsButton->setText(view.name.isEmpty() ? tr("Views") : QString(view.name).replace(u'&', QStringLiteral("&&")));
  m_search->setText(view.query);
  m_table->showView(view);
  updateState();
  m_keepSoon.start();
}

void CarsPage::setViews(const QByteArray& text) {
  m_views = CarViews::fromText(text);
  showView(CarView(m_views.last));
  m_keepSoon.stop();
}

void CarsPage::saveView() {
  auto* form = new SaveViewForm(m_views.last.name);
  connect(form, &SaveViewForm::saved, this, [this, form](const QString& name) {
    CarView view = shownView();
    view.name = name;
    if (!m_views.put(view)) {
      return form->refuse(tr("There are %1 views already. Delete one that is not needed.").arg(CarViews::kMaxViews));
    }
    m_views.last = view;
    m_viewsButton->setText(QString(name).replace(u'&', QStringLiteral("&&")));
    keepViews();
    m_drawer.closeDrawer();
  });
  m_drawer.openDrawer(tr("Save this view"), form);
}

void CarsPage::keepViews() {
  m_views.last = shownView();
  emit viewsChanged(m_views.toText());
}

void CarsPage::showContextMenu(const QPoint& place) {
  const QStringList ids = m_table->chosenIds();
  if (ids.isEmpty()) return;
  auto* menu = new QMenu(this);
  menu->setAttribute(Qt::WA_DeleteOnClose);
  const int count = static_cast<int>(ids.size());
  if (count == 1) {
    // While the menu is open, the gateway may take the car away.
    menu->addAction(tr("Open"), this, [this, car = m_table->chosenCars().front()] { emit carActivated(car); });
  }
  menu->addAction(tr("Show on map"), this, [this] { emit mapWanted(m_table->chosenCars()); });
  menu->addAction(tr("Send command…"), this, &CarsPage::sendCommand)->setEnabled(count <= CarPicker::kMaxCars);
  menu->addAction(tr("Change groups, tags, access…"), this, &CarsPage::editChosen);
  menu->addSeparator();
  menu->addAction(tr("Copy as text"), QKeySequence::Copy, this, [this] { copy(CarTextForm::tabs); });
  menu->addAction(tr("Copy as CSV"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_C), this,
                  [this] { copy(CarTextForm::csv); });
  menu->popup(m_table->viewport()->mapToGlobal(place));
}

void CarsPage::copy(CarTextForm form) {
  const int copied = m_table->copy(form);
  const auto all = static_cast<std::size_t>(std::max(m_table->chosenCount(), copied));
  m_notice->showDone(all > kMaxCarsAsText ? tr("The first %L1 cars are in the clipboard; more do not fit.").arg(copied)
                     : copied == 1        ? tr("The car is in the clipboard.")
                                          : tr("%Ln cars are in the clipboard.", nullptr, copied));
}

void CarsPage::editChosen() {
  const std::vector<PrincipalNumber> cars = m_table->chosenCars();
  if (cars.empty()) return;
  const auto count = static_cast<int>(cars.size());
  m_drawer.openDrawer(count == 1 ? tr("Change the car") : tr("Change %Ln cars", nullptr, count),
                      new EditCarsForm(m_client, m_store, cars));
}

void CarsPage::sendCommand() {
  const QStringList ids = m_table->chosenIds();
  if (ids.isEmpty() || ids.size() > CarPicker::kMaxCars) return;
  m_drawer.openDrawer(tr("New command"), new CommandForm(m_client, m_store, ids));
}

}  // namespace carport::ui
