#include "ui/widgets/map/map_page.h"

#include "ui/widgets/map/map_feed.h"
#include "ui/widgets/map/map_furniture.h"
#include "ui/widgets/map/map_search.h"
#include "ui/widgets/map/map_welcome.h"
#include "ui/widgets/style/metrics.h"

#include <QLineEdit>

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
      m_scale(new MapScale(*m_view, this)),
      m_welcome(new MapWelcome(this)) {
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
  connectSearch();
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
  arrange();
}

void MapPage::updateWelcome() {
  m_welcome->setVisible(m_store.size() == 0);
  arrange();
}

void MapPage::arrange() {
  const int right = width() - m_rightMargin;
  m_view->setGeometry(rect());
  m_search->adjustSize();
  m_search->move(space::kGroup, space::kGroup);
  m_buttons->adjustSize();
  m_buttons->move(right - space::kGroup - m_buttons->width(), height() - space::kGroup - m_buttons->height());
  m_scale->resize(m_scale->sizeHint());
  m_scale->move(space::kGroup, height() - space::kInside - m_scale->height());
  m_welcome->adjustSize();
  m_welcome->move((right - m_welcome->width()) / 2, (height() - m_welcome->height()) / 2);
}

void MapPage::resizeEvent(QResizeEvent*) {
  arrange();
}

void MapPage::showEvent(QShowEvent*) {
  arrange();
  m_feed->setActive(true);
}

void MapPage::hideEvent(QHideEvent*) {
  m_feed->setActive(false);
}

}  // namespace carport::ui
