#include "ui/widgets/map/hover_card.h"

#include "ui/models/clustering.h"
#include "ui/models/phrases.h"
#include "ui/widgets/style/apply_theme.h"
#include "ui/widgets/style/metrics.h"

#include <QLabel>
#include <QLocale>
#include <QVBoxLayout>

#include <algorithm>

namespace carport::ui {
namespace {

constexpr int kAwayPx = 16;  // from the pointer

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
  m_age = addLine(layout, "small");
  hide();
}

void HoverCard::showCar(const MapCar& car, TimePoint now, QPointF pixel) {
  m_title->setText(car.label);
  m_detail->setText(phrases::doing(car.position, now));
  m_age->setText(tr("Position from %1").arg(phrases::moment(car.position.time, now)));
  place(pixel);
}

void HoverCard::showCluster(const Cluster& cluster, QPointF pixel) {
  m_title->setText(tr("%1 cars").arg(QLocale().toString(cluster.count)));
  QStringList parts;
  for (const auto activity : {api::Activity::alarm, api::Activity::driving, api::Activity::idling,
                              api::Activity::parked, api::Activity::silent}) {
    const std::uint32_t count = cluster.byActivity[std::size_t(activity)];
    if (count > 0) parts << tr("%1 %2").arg(QLocale().toString(count), phrases::activity(activity).toLower());
  }
  m_detail->setText(parts.join(QStringLiteral(", ")));
  m_age->setText(tr("Click to look closer"));
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
