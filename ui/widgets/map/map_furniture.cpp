#include "ui/widgets/map/map_furniture.h"

#include "ui/widgets/map/floating_button.h"
#include "ui/widgets/map/map_view.h"
#include "ui/widgets/style/metrics.h"

#include <QEvent>
#include <QLocale>
#include <QPainter>
#include <QToolButton>
#include <QVBoxLayout>

#include <cmath>
#include <utility>

namespace carport::ui {
namespace {

constexpr double kScalePx = 120;  // longest scale bar
constexpr double kTickPx = 5;
/// Behind the words: whose map it is can be read over cars and streets, too.
constexpr double kGroundOpacity = 0.8;

/// A round length, without the decimals that a measured one has.
QString lengthText(double metres) {
  return metres < 1000 ? MapScale::tr("%1 m").arg(QLocale().toString(metres, 'f', 0))
                       : MapScale::tr("%1 km").arg(QLocale().toString(metres / 1000, 'f', 0));
}

}  // namespace

MapButtons::MapButtons(MapView& view, QWidget* parent) : QWidget(parent), m_view(view) {
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(space::kTight);
  m_follow = floatingButton(*this, QStringLiteral("follow"), tr("Follow what is chosen (F)"), QStringLiteral("follow"));
  m_follow->setCheckable(true);
  QToolButton* fit = floatingButton(*this, QStringLiteral("fit"), tr("Show all cars (Home)"), QStringLiteral("fit"));
  layout->addSpacing(space::kInside);
  QToolButton* nearer = floatingButton(*this, QStringLiteral("plus"), tr("Zoom in (+)"), QStringLiteral("nearer"));
  QToolButton* farther = floatingButton(*this, QStringLiteral("minus"), tr("Zoom out (−)"), QStringLiteral("farther"));
  connect(m_follow, &QToolButton::clicked, this, [this](bool on) {
    m_view.setFollowing(on);
    updateFollow();
  });
  connect(fit, &QToolButton::clicked, this, [this] { m_view.fitAll(); });
  connect(nearer, &QToolButton::clicked, this, [this] { m_view.zoomBy(1); });
  connect(farther, &QToolButton::clicked, this, [this] { m_view.zoomBy(-1); });
  connect(&m_view, &MapView::followChanged, this, &MapButtons::updateFollow);
  connect(&m_view, &MapView::selectionChanged, this, &MapButtons::updateFollow);
  updateFollow();
}

void MapButtons::updateFollow() {
  m_follow->setEnabled(!m_view.chosen().isEmpty());
  m_follow->setChecked(m_view.isFollowing());
}

MapScale::MapScale(MapView& view, QWidget* parent) : QWidget(parent), m_view(view) {
  setAttribute(Qt::WA_TransparentForMouseEvents);
  connect(&m_view, &MapView::viewChanged, this, &MapScale::refresh);
  connect(&m_view, &MapView::streetMapsChanged, this, &MapScale::refresh);
  connect(&m_view.overlays(), &MapOverlays::attributionChanged, this, &MapScale::refresh);
  connect(&m_view, &MapView::pointed, this, [this](std::optional<GeoPoint> place) {
    m_pointed = place;
    refresh();
  });
  refresh();
}

void MapScale::refresh() {
  update();
  // The view changes with every frame of a movement, the words hardly ever.
  if (QString words = wordsNow(); words != m_words) {
    m_words = std::move(words);
    measure();
  }
}

void MapScale::measure() {
  const QFontMetrics metrics(textFont(TextSize::small));
  m_wordsWidth = metrics.horizontalAdvance(m_words);
  m_room = {int(kScalePx) + 80 + m_wordsWidth + space::kGroup * 2, metrics.height() + space::kInside};
  resize(m_room);
}

void MapScale::changeEvent(QEvent* event) {
  if (event->type() == QEvent::FontChange) measure();
  QWidget::changeEvent(event);
}

QString MapScale::wordsNow() const {
  QStringList parts;
  if (m_pointed) parts << coordinateText(*m_pointed, m_view.viewport().zoom());
  parts << m_view.overlays().attributions();
  if (m_view.namesOpenStreetMap()) parts << tr("© OpenStreetMap contributors");
  parts << tr("Natural Earth");
  return parts.join(QStringLiteral("   ·   "));
}

void MapScale::paintEvent(QPaintEvent*) {
  const Theme& theme = themeOf(*this);
  const ScaleBar bar = scaleBar(m_view.viewport().metresPerPixel(), kScalePx);
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing, false);
  const QFontMetrics metrics(textFont(TextSize::small));
  const QString length = lengthText(bar.metres);
  const double afterBar = 1.5 + std::round(bar.lengthPx) + space::kInside;
  const double afterLength = afterBar + metrics.horizontalAdvance(length) + space::kGroup;
  QColor ground = theme.map.land;
  ground.setAlphaF(float(kGroundOpacity));
  painter.fillRect(QRectF(-space::kTight, 0, afterLength + m_wordsWidth + 2 * space::kTight, height()), ground);
  const double base = std::floor(height() / 2.0 + kTickPx / 2) + 0.5;
  const double right = 1.5 + std::round(bar.lengthPx);
  const QPointF line[] = {{1.5, base - kTickPx}, {1.5, base}, {right, base}, {right, base - kTickPx}};
  painter.setPen(QPen(theme.map.halo, 4, Qt::SolidLine, Qt::SquareCap, Qt::MiterJoin));
  painter.drawPolyline(line, 4);
  painter.setPen(QPen(theme.map.label, 1.5, Qt::SolidLine, Qt::SquareCap, Qt::MiterJoin));
  painter.drawPolyline(line, 4);
  painter.setFont(textFont(TextSize::small));
  painter.setPen(theme.map.label);
  const double baseline = std::round((height() + metrics.ascent() - metrics.descent()) / 2.0);
  painter.drawText(QPointF(std::round(afterBar), baseline), length);
  painter.drawText(QPointF(std::round(afterLength), baseline), m_words);
}

}  // namespace carport::ui
