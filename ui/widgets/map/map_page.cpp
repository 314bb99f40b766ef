#include "ui/widgets/map/map_page.h"

#include "ui/widgets/map/car_colours.h"
#include "ui/widgets/map/colour_panel.h"
#include "ui/widgets/map/heat_controls.h"
#include "ui/widgets/map/layer_panel.h"
#include "ui/widgets/map/map_bars.h"
#include "ui/widgets/map/map_feed.h"
#include "ui/widgets/map/map_furniture.h"
#include "ui/widgets/map/map_search.h"
#include "ui/widgets/map/map_welcome.h"
#include "ui/widgets/map/stale_veil.h"
#include "ui/widgets/style/metrics.h"

#include <QKeyEvent>
#include <QLineEdit>
#include <QToolButton>

#include <algorithm>

namespace carport::ui {
namespace {

constexpr double kCarZoom = 14;  // a car that was looked for is shown at least this near
constexpr double kPlaceZoom = 12;

}  // namespace

MapPage::MapPage(CarStore& store, QWidget* parent)
    : QWidget(parent),
      m_store(store),
      m_feed(new MapFeed(store, this)),
      m_view(new MapView(this)),
      m_search(new MapSearch(store, this)),
      m_buttons(new MapButtons(*m_view, this)),
      m_tools(new MapToolButtons(*m_view, this)),
      m_layers(new LayerPanel(this)),
      m_colours(new CarColours(store, *m_feed, *m_view, *this)),
      m_chosenBar(new ChosenBar(*m_view, this)),
      m_sketchBar(new SketchBar(*m_view, this)),
      m_scale(new MapScale(*m_view, this)),
      m_welcome(new MapWelcome(this)),
      m_veil(new StaleVeil([this] { return m_store.now(); }, this)) {
  m_view->overlays().add(*m_veil);
  m_view->setClock([this] { return m_store.now(); });
  m_view->setCars(m_feed->snapshot());
  connect(m_feed, &MapFeed::changed, m_view, &MapView::setCars);
  connect(m_view, &MapView::carSelected, this, &MapPage::carSelected);
  connect(m_view, &MapView::carActivated, this, &MapPage::carActivated);
  connect(m_view, &MapView::followChanged, this, &MapPage::followChanged);
  connect(m_welcome, &MapWelcome::demonstrationWanted, this, &MapPage::demonstrationWanted);
  connect(m_welcome, &MapWelcome::addCarWanted, this, &MapPage::addCarWanted);
  connect(m_welcome, &MapWelcome::connectWanted, this, &MapPage::connectWanted);
  connect(&m_store, &CarStore::reset, this, &MapPage::updateWelcome);
  connect(m_view, &MapView::streetMapsChanged, this, &MapPage::arrange);
  connectSearch();
  connectChoice();
  connectColours();
  connectLayers();
  setFocusProxy(m_view);
  updateWelcome();
}

MapPage::~MapPage() = default;

void MapPage::connectSearch() {
  connect(m_search, &MapSearch::carChosen, this, [this](PrincipalNumber car) {
    showCar(car);
    m_view->setFocus();
  });
  connect(m_search, &MapSearch::placeChosen, this, [this](GeoPoint place) {
    m_view->setFollowing(false);
    m_view->showPlace(toWorld(place), kPlaceZoom);
    m_view->setFocus();
  });
  connect(m_search, &MapSearch::left, m_view, qOverload<>(&QWidget::setFocus));
}

void MapPage::connectChoice() {
  connect(m_chosenBar, &MapBar::changed, this, &MapPage::arrange);
  connect(m_sketchBar, &MapBar::changed, this, &MapPage::arrange);
  connect(m_chosenBar, &ChosenBar::listWanted, this, [this] { emit listWanted(m_view->chosen()); });
  connect(m_chosenBar, &ChosenBar::commandWanted, this, [this] {
    QStringList ids;
    for (const quint32 car : m_view->chosen()) {
      if (const auto row = m_store.rowOf(PrincipalNumber{car})) ids << m_store.id(*row);
    }
    ids.sort();
    emit commandWanted(ids);
  });
}

void MapPage::connectColours() {
  connect(m_colours, &CarColours::legendChanged, this, &MapPage::arrange);
  connect(&m_colours->panel(), &ColourPanel::left, this, [this] { showColours(false); });
  connect(m_tools->colours(), &QToolButton::clicked, this, &MapPage::showColours);
}

void MapPage::showColours(bool shown) {
  m_tools->colours()->setChecked(shown);
  m_colours->panel().setVisible(shown);
  arrange();
  if (!shown) {
    m_view->setFocus();
    return;
  }
  if (!m_layers->isHidden()) showLayers(false);
  m_colours->metrics().discover();
  m_colours->panel().raise();
  m_colours->panel().takeFocus();
}

void MapPage::connectLayers() {
  connect(m_layers, &LayerPanel::resized, this, [this] {
    if (!m_layers->isHidden()) arrange();
  });
  connect(m_layers, &LayerPanel::left, this, [this] { showLayers(false); });
  connect(m_tools->layers(), &QToolButton::clicked, this, &MapPage::showLayers);
}

void MapPage::showLayers(bool shown) {
  m_tools->layers()->setChecked(shown);
  if (shown && !m_colours->panel().isHidden()) showColours(false);
  m_layers->setVisible(shown);
  arrange();
  if (!shown) {
    m_view->setFocus();
    return;
  }
  m_layers->raise();
  m_layers->takeFocus();
}

void MapPage::setClient(GatewayClient& client) {
  m_colours->metrics().setClient(&client);
  m_heat = new HeatControls(*this, client, m_store);
  m_heat->setSeen(isVisible());
  connect(m_heat, &HeatControls::legendChanged, this, &MapPage::arrange);
}

void MapPage::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_L && event->modifiers() == Qt::NoModifier) {
    showColours(m_colours->panel().isHidden());
    return;
  }
  if (event->key() == Qt::Key_L && event->modifiers() == Qt::ShiftModifier) {
    showLayers(m_layers->isHidden());
    return;
  }
  QWidget::keyPressEvent(event);
}

void MapPage::showCar(PrincipalNumber car) {
  const bool other = m_view->selected() != car;
  m_view->select(car);
  m_view->showCar(car, kCarZoom);
  if (other) emit carSelected(car);
}

void MapPage::setTrail(PrincipalNumber car, std::vector<TrailPoint> points) {
  if (m_view->selected() == car) m_view->setTrail(std::move(points));
}

void MapPage::setRightMargin(int pixels) {
  m_rightMargin = pixels;
  arrange();
}

void MapPage::addBar(MapBar& bar) {
  m_moreBars.push_back(&bar);
  connect(&bar, &MapBar::changed, this, &MapPage::arrange);
  arrange();
}

void MapPage::focusSearch() {
  m_search->field()->setFocus(Qt::ShortcutFocusReason);
  m_search->field()->selectAll();
}

void MapPage::setDemonstrationPossible(bool possible) {
  m_welcome->setDemonstrationPossible(possible);
  arrange();
}

void MapPage::setConnected(bool connected) {
  m_welcome->setConnected(connected);
  const bool isStale = !connected && m_store.size() > 0;
  if (isStale != m_veil->since().has_value()) m_veil->setSince(isStale ? std::optional(m_store.now()) : std::nullopt);
  arrange();
}

void MapPage::updateWelcome() {
  m_welcome->setVisible(m_store.size() == 0);
  arrange();
}

void MapPage::arrange() {
  const int right = width() - m_rightMargin;
  m_view->setGeometry(rect());
  // The tools give way to icons before the search gives way to them.
  m_tools->fitInto(0);
  m_search->fitInto(right - m_tools->width() - 3 * space::kGroup);
  m_search->adjustSize();
  m_search->move(space::kGroup, space::kGroup);
  m_buttons->adjustSize();
  m_buttons->move(right - space::kGroup - m_buttons->width(), height() - space::kGroup - m_buttons->height());
  m_tools->fitInto(right - m_search->width() - 3 * space::kGroup);
  m_tools->move(right - space::kGroup - m_tools->width(), space::kGroup);
  QWidget& panel = m_colours->panel();
  panel.move(right - space::kGroup - panel.width(), m_tools->geometry().bottom() + space::kInside);
  m_scale->resize(m_scale->sizeHint());
  m_scale->move(space::kGroup, height() - space::kInside - m_scale->height());
  arrangeLayers(right, arrangeLower(right));
  m_welcome->adjustSize();
  // A drawn town is worth seeing before the first car drives in it.
  const QPoint middle((right - m_welcome->width()) / 2, (height() - m_welcome->height()) / 2);
  const QPoint edge(space::kGroup, m_search->geometry().bottom() + space::kInside);
  m_veil->setCorner(edge);
  const QPoint place = m_view->hasStreetMaps() ? edge : middle;
  m_welcome->move(std::max(place.x(), space::kGroup), std::max(place.y(), space::kGroup));
  // With large text in a small window both have no room; what to do first comes first.
  m_buttons->setVisible(m_welcome->isHidden() || !m_welcome->geometry().intersects(m_buttons->geometry()));
}

int MapPage::legendsWidth() const {
  const int heat = m_heat ? m_heat->width() : 0;
  return m_colours->width() + (m_colours->width() > 0 && heat > 0 ? space::kInside : 0) + heat;
}

void MapPage::arrangeLayers(int right, int bottom) {
  const int top = m_tools->geometry().bottom() + space::kInside;
  m_layers->fitInto({right - 2 * space::kGroup, bottom - top});
  // What is too high to stand above the map's buttons stands beside them.
  const bool isHigh = top + m_layers->height() > m_buttons->y() - space::kInside;
  const int edge = isHigh ? m_buttons->x() - space::kInside : right - space::kGroup;
  m_layers->move(std::max(space::kGroup, edge - m_layers->width()), top);
}

int MapPage::arrangeLower(int right) {
  const int above = m_scale->y() - space::kInside;
  int bottom = above;
  int legends = above;
  std::vector<MapBar*> bars{m_chosenBar, m_sketchBar};
  bars.insert(bars.end(), m_moreBars.begin(), m_moreBars.end());
  for (QWidget* bar : bars) {
    if (bar->isHidden()) continue;
    bar->move(std::max(space::kGroup, (right - bar->width()) / 2), bottom - bar->height());
    bottom -= bar->height() + space::kInside;
    // In a narrow window legends stand above the bars.
    if (bar->x() < space::kGroup + legendsWidth() + space::kInside) legends = bottom;
  }
  m_colours->arrange({space::kGroup, legends});
  const int beside = m_colours->width() > 0 ? m_colours->width() + space::kInside : 0;
  if (m_heat) m_heat->arrange({space::kGroup + beside, legends});
  return bottom;
}

void MapPage::resizeEvent(QResizeEvent*) {
  arrange();
}

void MapPage::changeEvent(QEvent* event) {
  // Once everything on the page has its new font.
  if (event->type() == QEvent::FontChange) QMetaObject::invokeMethod(this, &MapPage::arrange, Qt::QueuedConnection);
  QWidget::changeEvent(event);
}

void MapPage::showEvent(QShowEvent*) {
  arrange();
  m_feed->setActive(true);
  if (m_heat) m_heat->setSeen(true);
  m_colours->setActive(true);
}

void MapPage::hideEvent(QHideEvent*) {
  m_feed->setActive(false);
  if (m_heat) m_heat->setSeen(false);
  m_colours->setActive(false);
}

}  // namespace carport::ui
