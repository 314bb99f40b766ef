#include "ui/widgets/map/chosen_list.h"

#include "ui/models/car_store.h"
#include "ui/models/phrases.h"
#include "ui/models/plain_tip.h"
#include "ui/widgets/style/metrics.h"
#include "ui/widgets/style/state_glyph.h"
#include "ui/widgets/style/theme.h"

#include <QPainter>

#include <algorithm>
#include <limits>
#include <vector>

namespace carport::ui {
namespace {

constexpr int kListCarRole = Qt::UserRole;
constexpr int kListEveryMs = 1'000;

QIcon listGlyph(const QWidget& widget, api::Activity activity) {
  const double ratio = widget.devicePixelRatioF();
  QPixmap pixmap(QSize(size::kIcon, size::kIcon) * ratio);
  pixmap.setDevicePixelRatio(ratio);
  pixmap.fill(Qt::transparent);
  QPainter painter(&pixmap);
  paintStateGlyph(painter, themeOf(widget), activity, std::numeric_limits<double>::quiet_NaN(),
                  QPointF(size::kIcon, size::kIcon) / 2, size::kGlyph);
  return pixmap;
}

}  // namespace

ChosenList::ChosenList(const CarStore& store, QWidget* parent) : QListWidget(parent), m_store(store) {
  setObjectName(QStringLiteral("chosenCars"));
  setAccessibleName(tr("Chosen cars"));
  setUniformItemSizes(true);
  setTextElideMode(Qt::ElideRight);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  m_timer.setInterval(kListEveryMs);
  connect(&m_timer, &QTimer::timeout, this, &ChosenList::updateWords);
  m_timer.start();
  connect(this, &QListWidget::currentItemChanged, this, [this](const QListWidgetItem* item) {
    if (item != nullptr && item->data(kListCarRole).isValid())
      emit carShown(PrincipalNumber{item->data(kListCarRole).toUInt()});
  });
  connect(this, &QListWidget::itemActivated, this, [this](const QListWidgetItem* item) {
    if (item->data(kListCarRole).isValid()) emit carActivated(PrincipalNumber{item->data(kListCarRole).toUInt()});
  });
}

void ChosenList::setCars(const CarSet& cars) {
  std::vector<CarStore::Row> rows;
  for (const quint32 car : cars) {
    if (const auto row = m_store.rowOf(PrincipalNumber{car})) rows.push_back(*row);
  }
  std::sort(rows.begin(), rows.end(), [this](CarStore::Row a, CarStore::Row b) {
    const int order = m_store.label(a).compare(m_store.label(b), Qt::CaseInsensitive);
    return order != 0 ? order < 0 : a < b;
  });
  clear();
  for (std::size_t n = 0; n < std::min(rows.size(), std::size_t(kMaxListed)); ++n) {
    auto* item = new QListWidgetItem(this);
    item->setData(kListCarRole, m_store.numbers()[rows[n]].value);
  }
  if (rows.size() > std::size_t(kMaxListed)) {
    auto* rest =
        new QListWidgetItem(tr("and %Ln more", nullptr, int(rows.size()) - int(kMaxListed)), this);
    rest->setFlags(Qt::NoItemFlags);
  }
  updateWords();
}

void ChosenList::updateWords() {
  const TimePoint now = m_store.now();
  for (int n = 0; n < count(); ++n) {
    QListWidgetItem& line = *item(n);
    if (!line.data(kListCarRole).isValid()) continue;
    const auto row = m_store.rowOf(PrincipalNumber{line.data(kListCarRole).toUInt()});
    if (!row) continue;
    const api::CarPosition position = m_store.position(*row);
    const QString words = tr("%1  ·  %2").arg(m_store.label(*row), phrases::doing(position, now));
    if (line.text() == words) continue;
    line.setText(words);
    line.setToolTip(plainTip(words));
    line.setIcon(listGlyph(*this, position.activity));
  }
}

}  // namespace carport::ui
