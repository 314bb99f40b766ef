#include "ui/widgets/map/tile_controls.h"

#include "ui/widgets/map/layer_panel.h"
#include "ui/widgets/map/map_page.h"
#include "ui/widgets/map/tile_area_form.h"
#include "ui/widgets/map/tile_files_form.h"
#include "ui/widgets/map/tile_layer.h"
#include "ui/widgets/map/tile_online_form.h"
#include "ui/widgets/style/metrics.h"

#include <QDropEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QMimeData>
#include <QUrl>
#include <QVBoxLayout>

#include <algorithm>
#include <array>
#include <cmath>

namespace carport::ui {
namespace {

constexpr int kTileFilesRank = 30;
constexpr int kTileOnlineRank = 40;
constexpr double kTileMarginPx = 24;

QStringList mbtilesIn(const QMimeData* data) {
  QStringList files;
  for (const QUrl& url : data->urls()) {
    if (url.toLocalFile().endsWith(QLatin1String(".mbtiles"), Qt::CaseInsensitive)) files << url.toLocalFile();
  }
  return files;
}

}  // namespace

TileControls::TileControls(MapPage& page, TileAtlas& atlas, QWidget& window)
    : QObject(&window), m_page(page), m_atlas(atlas), m_window(window) {
  setUpOnline();
  setUpFiles();
  m_window.setAcceptDrops(true);
  m_window.installEventFilter(this);
  connect(&m_atlas, &TileAtlas::troubled, this, &TileControls::troubled);
  connect(&m_atlas, &TileAtlas::dimmedChanged, this, &TileControls::refreshDim);
}

TileControls::~TileControls() = default;

void TileControls::setUpFiles() {
  m_filesSwitch = m_page.layers().add({QStringLiteral("map-files"), tr("Map files"), {}, kTileFilesRank, true});
  auto* form = new TileFilesForm(m_atlas);
  m_filesSwitch->setDetails(form);
  connect(form, &TileFilesForm::addWanted, this, &TileControls::chooseFile);
  connect(form, &TileFilesForm::placeWanted, this, &TileControls::goTo);
  connect(m_filesSwitch, &LayerSwitch::toggled, this, &TileControls::refreshFiles);
  connect(&m_atlas, &TileAtlas::filesChanged, this, &TileControls::refreshFiles);
  refreshFiles();
}

void TileControls::setUpOnline() {
  m_onlineSwitch = m_page.layers().add({QStringLiteral("online"), tr("Online map"), {}, kTileOnlineRank, false});
  auto* details = new QWidget;
  auto* column = new QVBoxLayout(details);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(space::kInside);
  m_onlineForm = new TileOnlineForm(m_atlas, details);
  auto* areas = new TileAreaForm(m_atlas, m_page.view(), details);
  column->addWidget(m_onlineForm);
  column->addWidget(areas);
  m_onlineSwitch->setDetails(details);
  m_onlineForm->setProbedTile([this](int maxZoom) { return tileInSight(maxZoom); });
  m_onlineLayer = std::make_unique<TileLayer>(m_atlas.online());
  m_page.view().overlays().add(*m_onlineLayer);
  connect(m_onlineForm, &TileOnlineForm::used, this, [this] { m_onlineSwitch->setOn(true); });
  connect(m_onlineForm, &TileOnlineForm::resized, m_onlineSwitch, &LayerSwitch::resized);
  connect(areas, &TileAreaForm::resized, m_onlineSwitch, &LayerSwitch::resized);
  connect(m_onlineSwitch, &LayerSwitch::toggled, this, [this](bool on) {
    if (on && m_atlas.online().provider().isEmpty()) {
      m_onlineSwitch->openDetails(true);
      m_onlineForm->takeFocus();
    }
    refreshOnline();
  });
  connect(&m_atlas.online(), &TileOnline::providerChanged, this, &TileControls::refreshOnline);
  connect(&m_atlas.online(), &TileOnline::troubleChanged, this, &TileControls::refreshOnline);
  const auto showsArea = [this, areas] { areas->setVisible(!m_atlas.online().provider().isEmpty()); };
  connect(&m_atlas.online(), &TileOnline::providerChanged, areas, showsArea);
  showsArea();
  refreshOnline();
}

void TileControls::refreshFiles() {
  const auto& files = m_atlas.files();
  const auto isGone = [&](const std::unique_ptr<TileLayer>& layer) {
    return std::none_of(files.begin(), files.end(), [&](const auto& file) { return file.get() == &layer->source(); });
  };
  std::erase_if(m_fileLayers, isGone);
  QStringList words;
  for (const auto& file : files) {
    words << file->info().name;
    const auto has = [&](const std::unique_ptr<TileLayer>& layer) { return &layer->source() == file.get(); };
    if (std::any_of(m_fileLayers.begin(), m_fileLayers.end(), has)) continue;
    m_fileLayers.push_back(std::make_unique<TileLayer>(*file));
    m_fileLayers.back()->setDimmed(m_atlas.isDimmed());
    m_page.view().overlays().add(*m_fileLayers.back());
  }
  for (const auto& layer : m_fileLayers) layer->setShown(m_filesSwitch->isOn());
  m_filesSwitch->setWords(words.isEmpty() ? tr("None yet: drop an MBTiles file (.mbtiles) with pictures on the window")
                                          : words.join(QStringLiteral(", ")));
}

void TileControls::refreshOnline() {
  const TileOnline& online = m_atlas.online();
  m_onlineLayer->setShown(m_onlineSwitch->isOn() && !online.provider().isEmpty());
  if (online.provider().isEmpty()) {
    m_onlineSwitch->setWords(
        tr("None: enter the address of a provider of map tiles. Nothing is asked for before that"));
  } else if (!online.trouble().isEmpty() && m_onlineSwitch->isOn()) {
    m_onlineSwitch->setWords(tr("%1 What is kept on this disk is shown.").arg(online.trouble()));
  } else {
    m_onlineSwitch->setWords(online.provider().host());
  }
}

void TileControls::refreshDim() {
  m_onlineLayer->setDimmed(m_atlas.isDimmed());
  for (const auto& layer : m_fileLayers) layer->setDimmed(m_atlas.isDimmed());
}

TileId TileControls::tileInSight(int maxZoom) const {
  const MapViewport& viewport = m_page.view().viewport();
  const int zoom = std::clamp(int(std::floor(viewport.zoom())), 0, maxZoom);
  const double side = std::ldexp(1.0, zoom);
  const double x = viewport.centre().x() - std::floor(viewport.centre().x());
  const double y = std::clamp(viewport.centre().y(), 0.0, 1.0 - 1e-9);
  return {zoom, quint32(x * side), quint32(y * side)};
}

void TileControls::chooseFile() {
  const QStringList files =
      QFileDialog::getOpenFileNames(&m_window, tr("Add map file"), {}, tr("MBTiles files (*.mbtiles)"));
  for (const QString& file : files) addFile(file);
}

void TileControls::addFile(const QString& file) {
  const auto added = m_atlas.addFile(file);
  if (!added) {
    emit troubled(tr("%1: %2.").arg(QFileInfo(file).fileName(), QString::fromStdString(added.error().message())));
    return;
  }
  m_filesSwitch->setOn(true);
  emit shown();
  goTo((*added)->info().bounds);
}

void TileControls::goTo(const QRectF& world) {
  MapView& view = m_page.view();
  view.setFollowing(false);
  const std::array<WorldPoint, 2> corners{world.topLeft(), world.bottomRight()};
  view.setViewport(view.viewport().fitted(corners, kTileMarginPx, kMaxZoom));
}

bool TileControls::takeDrop(QEvent& event) {
  if (event.type() != QEvent::DragEnter && event.type() != QEvent::DragMove && event.type() != QEvent::Drop)
    return false;
  auto& drop = static_cast<QDropEvent&>(event);
  const QStringList files = mbtilesIn(drop.mimeData());
  if (files.isEmpty()) return false;
  drop.acceptProposedAction();
  if (event.type() != QEvent::Drop) return true;
  for (const QString& file : files) addFile(file);
  // What else was dropped with it is somebody else's.
  return drop.mimeData()->urls().size() == files.size();
}

bool TileControls::eventFilter(QObject* watched, QEvent* event) {
  if (watched == &m_window && takeDrop(*event)) return true;
  return QObject::eventFilter(watched, event);
}

}  // namespace carport::ui
