#include "ui/widgets/map/tile_area_form.h"

#include "ui/models/phrases.h"
#include "ui/models/tile_atlas.h"
#include "ui/widgets/common/labelled_field.h"
#include "ui/widgets/map/layer_switch.h"
#include "ui/widgets/map/map_view.h"
#include "ui/widgets/style/icons.h"
#include "ui/widgets/style/metrics.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QProgressBar>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace carport::ui {
namespace {

constexpr int kZoomsDeeper = 3;  // than what is seen, until the operator says otherwise
constexpr qint64 kMegabyte = 1024 * 1024;

QLabel* smallLabel(QWidget* parent, const char* name) {
  auto* label = new QLabel(parent);
  label->setObjectName(QLatin1String(name));
  label->setProperty("kind", QStringLiteral("small"));
  label->setTextFormat(Qt::PlainText);
  label->setWordWrap(true);
  return label;
}

}  // namespace

TileAreaForm::TileAreaForm(TileAtlas& atlas, MapView& view, QWidget* parent)
    : QWidget(parent), m_atlas(atlas), m_view(view) {
  setObjectName(QStringLiteral("tileAreas"));
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, space::kInside, 0, 0);
  column->setSpacing(space::kTight);
  setUpNew(*column);
  setUpProgress(*column);
  m_rows = new QVBoxLayout;
  m_rows->setSpacing(space::kTight);
  column->addLayout(m_rows);
  setUpCache(*column);
  connect(&m_view, &MapView::viewChanged, this, &TileAreaForm::refreshNew);
  connect(&m_atlas.online(), &TileOnline::providerChanged, this, &TileAreaForm::refreshNew);
  connect(&m_atlas.areas(), &TileAreas::changed, this, [this] {
    refreshNew();
    refreshProgress();
    refreshAreas();
  });
  connect(&m_atlas, &TileAtlas::cacheChanged, this, &TileAreaForm::refreshCache);
  refreshProgress();
  refreshAreas();
  refreshCache();
}

void TileAreaForm::setUpNew(QVBoxLayout& column) {
  auto* title = new QLabel(tr("For when there is no network"), this);
  title->setProperty("kind", QStringLiteral("strong"));
  column.addWidget(title);
  m_lastZoom = new QSpinBox(this);
  m_lastZoom->setObjectName(QStringLiteral("tileAreaZoom"));
  m_lastZoom->setRange(0, kMaxTileZoom);
  m_lastZoom->setValue(std::min(kMaxTileZoom, int(m_view.viewport().zoom()) + kZoomsDeeper));
  addLabelled(column, tr("Keep what is seen now, down to zoom"), m_lastZoom);
  m_estimate = smallLabel(this, "tileAreaEstimate");
  column.addWidget(m_estimate);
  m_keep = new QPushButton(themedIcon(QStringLiteral("download"), IconRole::strong), tr("Keep this area"), this);
  m_keep->setObjectName(QStringLiteral("tileAreaKeep"));
  m_keep->setToolTip(tr("Ask the provider first whether that is allowed"));
  column.addWidget(m_keep, 0, Qt::AlignLeft);
  connect(m_lastZoom, &QSpinBox::valueChanged, this, &TileAreaForm::refreshNew);
  connect(m_keep, &QPushButton::clicked, this, [this] { m_atlas.areas().add(seen()); });
}

void TileAreaForm::setUpProgress(QVBoxLayout& column) {
  m_running = new QWidget(this);
  auto* inside = new QVBoxLayout(m_running);
  inside->setContentsMargins(0, 0, 0, 0);
  inside->setSpacing(space::kTight);
  m_progressWords = smallLabel(m_running, "tileAreaProgress");
  m_bar = new QProgressBar(m_running);
  m_bar->setTextVisible(false);
  m_bar->setFixedHeight(space::kTight);
  m_bar->setAccessibleName(tr("How much of the area was asked for"));
  m_pause = new QPushButton(m_running);
  m_pause->setObjectName(QStringLiteral("tileAreaPause"));
  auto* cancel = new QPushButton(tr("Cancel"), m_running);
  cancel->setObjectName(QStringLiteral("tileAreaCancel"));
  auto* row = new QHBoxLayout;
  row->setSpacing(space::kInside);
  row->addWidget(m_pause);
  row->addWidget(cancel);
  row->addStretch(1);
  inside->addWidget(m_progressWords);
  inside->addWidget(m_bar);
  inside->addLayout(row);
  column.addWidget(m_running);
  connect(m_pause, &QPushButton::clicked, this, [this] {
    const bool isRunning = m_atlas.areas().download().state() == TileDownload::State::running;
    isRunning ? m_atlas.areas().pause() : m_atlas.areas().resume();
  });
  connect(cancel, &QPushButton::clicked, this, [this] { m_atlas.areas().cancel(); });
}

void TileAreaForm::setUpCache(QVBoxLayout& column) {
  m_limit = new QSpinBox(this);
  m_limit->setObjectName(QStringLiteral("tileCacheLimit"));
  m_limit->setRange(int(TileCacheFile::kMinLimitBytes / kMegabyte), int(TileCacheFile::kMaxLimitBytes / kMegabyte));
  m_limit->setSuffix(tr(" MB"));
  m_limit->setSingleStep(64);
  m_limit->setKeyboardTracking(false);
  addLabelled(column, tr("Room for pictures on this disk"), m_limit);
  m_use = smallLabel(this, "tileCacheUse");
  column.addWidget(m_use);
  auto* clear = new QPushButton(tr("Throw away what is in no area"), this);
  clear->setObjectName(QStringLiteral("tileCacheClear"));
  column.addWidget(clear, 0, Qt::AlignLeft);
  connect(m_limit, &QSpinBox::valueChanged, this,
          [this](int megabytes) { m_atlas.setCacheLimit(megabytes * kMegabyte); });
  connect(clear, &QPushButton::clicked, this, [this] { m_atlas.clearCache(); });
}

TileArea TileAreaForm::seen() const {
  const MapViewport& viewport = m_view.viewport();
  const int most = m_atlas.online().provider().maxZoom;
  const int first = std::clamp(int(std::floor(viewport.zoom())), 0, most);
  const QString place = coordinateText(toGeo(viewport.centre()), viewport.zoom());
  return {0, viewport.worldRect(), first, std::clamp(m_lastZoom->value(), first, most), place};
}

void TileAreaForm::refreshNew() {
  // The map moves while nobody sees this.
  if (!isVisible()) return;
  const TileArea area = seen();
  const TileAreas::Estimate estimate = m_atlas.areas().estimate(area);
  const auto good = m_atlas.areas().check(area);
  say(*m_estimate, good ? tr("Zoom %1 to %2: %3 pictures, about %4")
                              .arg(area.firstZoom)
                              .arg(area.lastZoom)
                              .arg(QLocale().toString(estimate.count), phrases::bytes(std::uint64_t(estimate.bytes)))
                        : QString::fromStdString(good.error().message()) + u'.');
  m_keep->setEnabled(good.has_value() && m_atlas.areas().download().state() == TileDownload::State::none);
}

void TileAreaForm::say(QLabel& label, const QString& words) {
  if (label.text() == words) return;
  label.setText(words);
  emit resized();
}

void TileAreaForm::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  refreshNew();
}

void TileAreaForm::refreshProgress() {
  const TileDownload& download = m_atlas.areas().download();
  const bool isRunning = download.state() == TileDownload::State::running;
  const QLocale locale;
  const QString asked =
      tr("%1 of %2 pictures asked for").arg(locale.toString(download.done()), locale.toString(download.count()));
  const QString trouble = isRunning ? m_atlas.online().trouble() : download.trouble();
  const bool wasHidden = m_running->isHidden();
  m_running->setVisible(download.state() != TileDownload::State::none);
  if (wasHidden != m_running->isHidden()) emit resized();
  say(*m_progressWords, trouble.isEmpty() ? asked : tr("%1. %2").arg(asked, trouble));
  m_bar->setRange(0, int(std::max<qint64>(download.count(), 1)));
  m_bar->setValue(int(download.done()));
  m_pause->setText(isRunning ? tr("Pause") : tr("Go on"));
}

void TileAreaForm::refreshAreas() {
  QStringList words;
  for (const TileAreas::Area& one : m_atlas.areas().areas()) {
    words << tr("%1, zoom %2 to %3\n%4, %5")
                 .arg(one.area.name, QString::number(one.area.firstZoom), QString::number(one.area.lastZoom),
                      completenessText(one.there), phrases::bytes(std::uint64_t(one.there.bytes)));
  }
  if (words == m_shown) return;
  m_shown = words;
  while (QLayoutItem* item = m_rows->takeAt(0)) {
    item->widget()->hide();
    item->widget()->deleteLater();
    delete item;
  }
  const auto& areas = m_atlas.areas().areas();
  for (std::size_t n = 0; n < areas.size(); ++n)
    addRow(areas[n].area, words[qsizetype(n)], areas[n].there.missing() == 0);
  emit resized();
}

void TileAreaForm::addRow(const TileArea& area, const QString& words, bool isComplete) {
  auto* row = new QWidget(this);
  auto* line = new QHBoxLayout(row);
  line->setContentsMargins(0, 0, 0, 0);
  line->setSpacing(space::kTight);
  QLabel* label = smallLabel(row, "tileAreaWords");
  label->setText(words);
  line->addWidget(label, 1);
  auto* fetch = layerButton(*row, *line, QStringLiteral("download"), tr("Fetch what is missing"),
                            QStringLiteral("tileAreaComplete"));
  fetch->setEnabled(!isComplete);
  auto* gone = layerButton(*row, *line, QStringLiteral("delete"), tr("Keep this area no longer"),
                           QStringLiteral("tileAreaRemove"));
  connect(fetch, &QToolButton::clicked, this, [this, area] { m_atlas.areas().complete(area); });
  connect(gone, &QToolButton::clicked, this, [this, area] { m_atlas.areas().remove(area); });
  m_rows->addWidget(row);
}

void TileAreaForm::refreshCache() {
  const TileCacheUse& use = m_atlas.cacheUse();
  const QSignalBlocker quiet(m_limit);
  m_limit->setValue(int(use.limitBytes / kMegabyte));
  say(*m_use, tr("%1 of it used, %2 by areas")
                  .arg(phrases::bytes(std::uint64_t(use.bytes)), phrases::bytes(std::uint64_t(use.keptBytes))));
}

}  // namespace carport::ui
