#include "ui/widgets/map/hover_card.h"

#include "ui/models/clustering.h"
#include "ui/models/phrases.h"
#include "ui/widgets/style/apply_theme.h"
#include "ui/widgets/style/metrics.h"

#include <QLabel>
#include <QLocale>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>
#include <utility>

namespace carport::ui {
namespace {

constexpr int kAwayPx = 16;  // from the pointer
constexpr int kMaxTextPx = 320;

QLabel* addLine(QVBoxLayout* layout, const char* kind) {
  auto* label = new QLabel;
  label->setProperty("kind", QString::fromLatin1(kind));
  label->setTextFormat(Qt::PlainText);
  layout->addWidget(label);
  return label;
}

}  // namespace

HoverCard::HoverCard(QWidget* parent) : QFrame(parent) {
  setProperty("kind", QStringLiteral("floating"));
  setAttribute(Qt::WA_TransparentForMouseEvents);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(space::kPadding, space::kInside, space::kPadding, space::kInside);
  layout->setSpacing(2);
  m_title = addLine(layout, "strong");
  m_detail = addLine(layout, "");
  m_where = addLine(layout, "muted");
  m_value = addLine(layout, "");
  m_age = addLine(layout, "small");
  hide();
}

QString HoverCard::valueText(double value) const {
  // Speed is said with what the car does.
  if (m_metric.isEmpty() || m_metric == QLatin1String(api::metric::kSpeed)) return {};
  const std::string metric = m_metric.toStdString();
  if (std::isnan(value)) return tr("%1 not known").arg(phrases::metricName(metric));
  return tr("%1 %2").arg(phrases::metricName(metric), phrases::metricValue(metric, value));
}

void HoverCard::setLines(const QString& title, const QString& detail, const QString& street, const QString& value,
                         const QString& small) {
  const std::pair<QLabel*, QString> lines[] = {
      {m_title, title}, {m_detail, detail}, {m_where, street}, {m_value, value}, {m_age, small}};
  for (const auto& [label, text] : lines) {
    // A name as long as a sentence must not make the card as wide as the map.
    label->setText(label->fontMetrics().elidedText(text, Qt::ElideRight, kMaxTextPx));
    label->setVisible(!text.isEmpty());
  }
}

void HoverCard::showCar(const MapCar& car, TimePoint now, QPointF pixel) {
  const api::CarPosition& position = car.position;
  const QString street = m_street ? m_street({position.latitude, position.longitude}) : QString();
  const bool recent = now - position.time < std::chrono::seconds(1);
  const QString age = recent ? tr("Last message just now")
                             : tr("Last message %1 ago, %2")
                                   .arg(phrases::duration(now - position.time), phrases::moment(position.time, now));
  setLines(car.label, phrases::doing(position, now), street, valueText(double(car.value)), age);
  place(pixel);
}

void HoverCard::showCluster(const Cluster& cluster, QPointF pixel) {
  QStringList parts;
  for (const auto activity : {api::Activity::alarm, api::Activity::driving, api::Activity::idling,
                              api::Activity::parked, api::Activity::silent}) {
    const std::uint32_t count = cluster.byActivity[std::size_t(activity)];
    if (count > 0) parts << tr("%1 %2").arg(QLocale().toString(count), phrases::activity(activity).toLower());
  }
  QString mean;
  if (!m_metric.isEmpty() && cluster.valued > 0) {
    const std::string metric = m_metric.toStdString();
    mean = tr("%1 on average %2").arg(phrases::metricName(metric), phrases::metricValue(metric, cluster.meanValue()));
  }
  setLines(tr("%Ln cars", nullptr, int(cluster.count)), parts.join(QStringLiteral(", ")), {}, mean,
           tr("Click to look closer"));
  place(pixel);
}

void HoverCard::place(QPointF pixel) {
  layout()->activate();
  adjustSize();
  const QSize room = parentWidget()->size();
  QPoint at = pixel.toPoint() + QPoint(kAwayPx, kAwayPx);
  if (at.x() + width() > room.width() - space::kInside) at.setX(pixel.toPoint().x() - kAwayPx - width());
  if (at.y() + height() > room.height() - space::kInside) at.setY(pixel.toPoint().y() - kAwayPx - height());
  move(std::max(0, at.x()), std::max(0, at.y()));
  show();
  raise();
}

}  // namespace carport::ui
