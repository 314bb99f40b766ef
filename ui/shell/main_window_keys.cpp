// The main window by keyboard: keys that nobody else wants, the parts of the window, the palette.
#include "ui/models/phrases.h"
#include "ui/shell/action_registry.h"
#include "ui/shell/main_window.h"
#include "ui/shell/navigation_rail.h"
#include "ui/shell/palette_desk.h"
#include "ui/shell/portal.h"
#include "ui/widgets/car/car_page.h"
#include "ui/widgets/car/plot_panel.h"
#include "ui/widgets/charts/time_chart.h"
#include "ui/widgets/common/drawer.h"
#include "ui/widgets/map/car_colours.h"
#include "ui/widgets/map/fence_controls.h"
#include "ui/widgets/map/map_page.h"
#include "ui/widgets/permissions/permissions_page.h"
#include "ui/widgets/time/time_bar.h"
#include "ui/widgets/time/time_track.h"

#include <QApplication>
#include <QKeyEvent>
#include <QStackedWidget>

#include <algorithm>

namespace carport::ui {

void MainWindow::keyPressEvent(QKeyEvent* event) {
  // What no field and no list wanted for itself.
  const bool isPlain = event->modifiers() == Qt::NoModifier || event->modifiers() == Qt::KeypadModifier;
  if (isPlain && event->key() == Qt::Key_Space) return m_time.togglePlaying();
  if (event->key() == Qt::Key_Question) return m_palette->showShortcuts();
  const bool onMap = m_pages->currentWidget() == m_map;
  if (isPlain && onMap && event->key() == Qt::Key_F) return m_map->view().setFollowing(!m_map->view().isFollowing());
  if (onMap && event->key() == Qt::Key_Slash) return m_map->focusSearch();
  if (event->key() != Qt::Key_Escape) return QMainWindow::keyPressEvent(event);
  if (m_drawer->isOpen()) return closeDrawer();
  if (m_pages->currentWidget() == m_carPage) return showPage(m_pageBefore);
  // From the rail, the time bar and the like back into the page.
  if (!m_pages->isAncestorOf(QApplication::focusWidget())) m_pages->currentWidget()->setFocus(Qt::OtherFocusReason);
}

void MainWindow::goToPart(int step) {
  QWidget* focused = QApplication::focusWidget();
  struct Part {
    QWidget* holder;
    std::function<void()> enter;
  };
  std::vector<Part> parts{
      {m_rail, [this] { m_rail->takeFocus(); }},
      {m_pages->currentWidget(), [this] { m_pages->currentWidget()->setFocus(Qt::TabFocusReason); }}};
  if (m_drawer->isOpen()) parts.push_back({m_drawer, [this] { m_drawer->takeFocus(); }});
  parts.push_back({m_timeBar, [this] { m_timeBar->track().setFocus(Qt::TabFocusReason); }});
  const auto now = std::find_if(parts.begin(), parts.end(), [focused](const Part& part) {
    return focused && (part.holder == focused || part.holder->isAncestorOf(focused));
  });
  const auto count = std::ptrdiff_t(parts.size());
  const std::ptrdiff_t at = now == parts.end() ? (step > 0 ? -1 : 0) : now - parts.begin();
  parts[std::size_t((at + step + count) % count)].enter();
}

void MainWindow::setUpKeys() {
  const QString everywhere = tr("Everywhere");
  m_actions->addKeys(everywhere, tr("Back out one step"), tr("Esc"));
  m_actions->addKeys(everywhere, tr("To the next or previous control"), tr("Tab, Shift+Tab"));
  m_actions->addKeys(everywhere, tr("Play or pause time"), tr("Space"));
  const QString map = tr("Map");
  m_actions->addKeys(map, tr("Move the map"), QStringLiteral("←, ↑, →, ↓"));
  m_actions->addKeys(map, tr("Open the chosen car's page"), tr("Enter"));
  m_actions->addKeys(map, tr("Tool: set, take back, end, close"), tr("Space, Backspace, Enter, C"));
  const QString lists = tr("Lists and tables");
  m_actions->addKeys(lists, tr("Move"), QStringLiteral("↑, ↓"));
  m_actions->addKeys(lists, tr("Open"), tr("Enter"));
  m_actions->addKeys(lists, tr("Choose further rows, all rows"), tr("Shift+↓, Ctrl+A"));
  m_actions->addKeys(lists, tr("Copy as text, as CSV"), tr("Ctrl+C, Ctrl+Shift+C"));
  m_actions->addKeys(lists, tr("What can be done with a row"), tr("Menu, Shift+F10"));
  const QString slider = tr("Time slider");
  m_actions->addKeys(slider, tr("A step, ten steps"), QStringLiteral("←, →, Shift+←, Shift+→"));
  m_actions->addKeys(slider, tr("To the previous or next event"), tr("Ctrl+←, Ctrl+→"));
  m_actions->addKeys(slider, tr("Faster, slower"), QStringLiteral("↑, ↓"));
  m_actions->addKeys(slider, tr("To the left end, to the present"), tr("Home, End"));
  m_actions->addKeys(slider, tr("Less time, more time"), QStringLiteral("+, −"));
  const QString plots = tr("Plots");
  m_actions->addKeys(plots, tr("Move in time"), QStringLiteral("←, →"));
  m_actions->addKeys(plots, tr("Less time, more time"), QStringLiteral("+, −"));
  m_actions->addKeys(plots, tr("Move the cursor"), tr("Comma, Full stop"));
  m_actions->addKeys(plots, tr("To the beginning, to the present"), tr("Home, End"));
  m_actions->addKeys(plots, tr("Write a note at the cursor"), tr("N"));
}

PrincipalNumber MainWindow::carAtHand() const {
  if (m_pages->currentWidget() == m_carPage) return static_cast<CarPage*>(m_carPage)->car();
  return m_selected;
}

void MainWindow::setUpPalette() {
  m_palette = new PaletteDesk(*this, m_portal, *m_actions, m_preferences);
  connect(m_palette, &PaletteDesk::carWanted, this, [this](PrincipalNumber car) {
    showPage(Page::map);
    // A car without a place has its page alone.
    const auto row = m_portal.store.rowOf(car);
    if (row && !m_portal.store.hasFix(*row)) return showCarPage(car);
    m_map->showCar(car);
  });
  connect(m_palette, &PaletteDesk::placeWanted, this, [this](GeoPoint place, double zoom) {
    showPage(Page::map);
    m_map->view().setFollowing(false);
    m_map->view().showPlace(toWorld(place), zoom);
  });
  connect(m_palette, &PaletteDesk::momentWanted, this, [this](TimePoint moment) { m_time.goTo(moment); });
  m_palette->addList(tr("Fences"), [this] { return fenceItems(); });
  m_palette->addList(tr("Values"), [this] { return metricItems(); });
  m_palette->addList(tr("Permissions"), [this] { return ruleItems(); });
}

std::vector<PaletteItem> MainWindow::metricItems() {
  std::vector<PaletteItem> items;
  const PrincipalNumber car = carAtHand();
  const auto row = m_portal.store.rowOf(car);
  // Sorted and once: what the table of cars has met and what the map has.
  QStringList metrics = m_map->colours().metrics().names() + m_portal.store.metrics().names();
  metrics.sort(Qt::CaseInsensitive);
  metrics.removeDuplicates();
  PaletteItem state;
  state.key = QStringLiteral("colour:");
  state.title = tr("Colour cars by what they do");
  state.icon = QStringLiteral("palette");
  state.further = tr("state metric");
  state.run = [this] { colourBy({}); };
  items.push_back(std::move(state));
  for (const QString& metric : metrics) {
    const QString name = phrases::metricName(metric.toStdString());
    PaletteItem colour;
    colour.key = QStringLiteral("colour:") + metric;
    colour.title = tr("Colour cars by %1").arg(name);
    colour.detail = metric;
    colour.icon = QStringLiteral("palette");
    colour.run = [this, metric] { colourBy(metric); };
    items.push_back(std::move(colour));
    if (!row) continue;
    PaletteItem plot;
    plot.key = QStringLiteral("plot:") + metric;
    plot.title = tr("Plot %1").arg(name);
    plot.detail = m_portal.store.label(*row);
    plot.icon = QStringLiteral("chart");
    plot.further = metric;
    plot.run = [this, car, metric] { plotMetric(car, metric); };
    items.push_back(std::move(plot));
  }
  return items;
}

void MainWindow::colourBy(const QString& metric) {
  showPage(Page::map);
  m_map->colours().setColouring({metric, {}});
  m_preferences.setMapColouring(m_map->colours().colouring());
}

void MainWindow::plotMetric(PrincipalNumber car, const QString& metric) {
  showCarPage(car);
  auto* page = static_cast<CarPage*>(m_carPage);
  const QString refusal = page->plots().board().addSeries(0, {car, metric.toStdString()});
  if (!refusal.isEmpty()) showTrouble(refusal);
  page->plots().chart().setFocus(Qt::OtherFocusReason);
}

std::vector<PaletteItem> MainWindow::fenceItems() {
  std::vector<PaletteItem> items;
  for (const api::Fence& fence : m_portal.fences.fences()) {
    PaletteItem item;
    item.key = QStringLiteral("fence:%1").arg(fence.number.value);
    item.title = QString::fromStdString(fence.name);
    item.detail = tr("Fence");
    item.icon = QStringLiteral("area");
    item.further = QString::fromStdString(fence.note);
    item.run = [this, number = fence.number] {
      showPage(Page::map);
      m_fences->show(number);
    };
    items.push_back(std::move(item));
  }
  return items;
}

std::vector<PaletteItem> MainWindow::ruleItems() {
  std::vector<PaletteItem> items;
  const RuleModel& rules = m_permissions->rules();
  for (int row = 0; row < rules.rowCount(); ++row) {
    const api::Rule* rule = rules.at(row);
    const auto cell = [&](RuleColumn column) { return rules.index(row, int(column)).data().toString(); };
    PaletteItem item;
    item.key = QStringLiteral("rule:%1").arg(rule->number.value);
    item.title = tr("%1: %2, %3").arg(cell(RuleColumn::effect), cell(RuleColumn::who), cell(RuleColumn::action));
    item.detail = cell(RuleColumn::about);
    item.icon = QStringLiteral("permissions");
    item.further = cell(RuleColumn::note) + QLatin1Char(' ') + cell(RuleColumn::about);
    item.run = [this, number = rule->number] {
      showPage(Page::permissions);
      m_permissions->showRule(number);
    };
    items.push_back(std::move(item));
  }
  for (const QString& person : m_permissions->principals()) {
    PaletteItem item;
    item.key = QStringLiteral("person:") + person;
    item.title = tr("What may %1 do?").arg(person);
    item.icon = QStringLiteral("user");
    item.further = tr("person user access permissions");
    item.run = [this, person] {
      showPage(Page::permissions);
      m_permissions->askAbout(person);
    };
    items.push_back(std::move(item));
  }
  return items;
}

}  // namespace carport::ui
