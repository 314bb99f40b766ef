#include "ui/widgets/map/street_controls.h"

#include "ui/models/phrases.h"
#include "ui/models/street_importer.h"
#include "ui/widgets/map/layer_panel.h"
#include "ui/widgets/map/map_furniture.h"
#include "ui/widgets/map/map_page.h"
#include "ui/widgets/style/metrics.h"

#include <QDropEvent>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QMimeData>
#include <QProgressBar>
#include <QPushButton>
#include <QToolButton>
#include <QUrl>

#include <array>

namespace carport::ui {
namespace {

constexpr double kExtractMarginPx = 48;
constexpr double kExtractMaxZoom = 15;
constexpr int kCardPx = 360;
constexpr int kProgressSteps = 1'000;
constexpr int kNamesRank = 10;
constexpr int kStreetsRank = 20;

/// The files of a drop that are extracts.
QStringList extractsIn(const QMimeData* data) {
  QStringList files;
  for (const QUrl& url : data->urls()) {
    const QString file = url.toLocalFile();
    if (file.endsWith(QLatin1String(".pbf"), Qt::CaseInsensitive)) files << file;
  }
  return files;
}

}  // namespace

StreetControls::StreetControls(MapPage& page, StreetAtlas& atlas, QWidget& window)
    : QObject(&window), m_page(page), m_atlas(atlas), m_window(window) {
  setUpLayer();
  setUpCard();
  m_window.setAcceptDrops(true);
  m_window.installEventFilter(this);
  m_page.installEventFilter(this);
  m_page.view().setStreetFinder([this](GeoPoint place) {
    const auto street = m_atlas.nearestStreet(place.latitude, place.longitude);
    return street ? street->name : QString();
  });
  connect(&m_atlas, &StreetAtlas::changed, this, &StreetControls::refresh);
  connect(&m_atlas, &StreetAtlas::troubled, this, &StreetControls::troubled);
  connect(&m_atlas, &StreetAtlas::imported, this, [this](const StreetMapInfo& map) {
    // Others come with the start and with the demonstration, while the operator may be at something else.
    if (m_asked.remove(map.id)) emit shown();
    goTo(map);
  });
  connect(&m_atlas, &StreetAtlas::importStarted, this, [this](const QString& name) {
    m_words->setText(tr("Importing streets of %1…").arg(name));
    m_bar->setValue(0);
    m_card->show();
    m_card->raise();
    arrange();
  });
  connect(&m_atlas, &StreetAtlas::importProgressed, this,
          [this](double share) { m_bar->setValue(int(share * kProgressSteps)); });
  connect(&m_atlas, &StreetAtlas::importEnded, m_card, &QWidget::hide);
  refresh();
}

StreetControls::~StreetControls() = default;

void StreetControls::setUpLayer() {
  m_layer = m_page.layers().add({QStringLiteral("streets"), tr("Streets"), {}, kStreetsRank, true});
  QToolButton* button =
      m_layer->addButton(QStringLiteral("more"), tr("Street maps: add, go to, remove"), QStringLiteral("streets"));
  m_menu = new QMenu(button);
  m_menu->setObjectName(QStringLiteral("streetsMenu"));
  connect(m_menu, &QMenu::aboutToShow, this, &StreetControls::fillMenu);
  connect(button, &QToolButton::clicked, this, [this, button] {
    fillMenu();
    const int right = button->width() - m_menu->sizeHint().width();
    m_menu->popup(button->mapToGlobal(QPoint(right, button->height() + space::kTight)));
  });
  connect(m_layer, &LayerSwitch::toggled, this, &StreetControls::refresh);
  LayerSwitch* names = m_page.layers().add(
      {QStringLiteral("names"), tr("Names"), tr("Of places, waters and streets"), kNamesRank, true});
  connect(names, &LayerSwitch::toggled, this, [this](bool on) { m_page.view().setNamed(on); });
  m_page.view().setNamed(names->isOn());
}

void StreetControls::setUpCard() {
  m_card = new QFrame(&m_page);
  m_card->setObjectName(QStringLiteral("streetImport"));
  m_card->setProperty("kind", QStringLiteral("floating"));
  auto* column = new QVBoxLayout(m_card);
  column->setContentsMargins(space::kPadding, space::kInside, space::kInside, space::kInside);
  column->setSpacing(space::kTight);
  auto* row = new QHBoxLayout;
  m_words = new QLabel(m_card);
  m_words->setTextFormat(Qt::PlainText);
  auto* cancel = new QPushButton(tr("Cancel"), m_card);
  cancel->setObjectName(QStringLiteral("streetImportCancel"));
  cancel->setProperty("kind", QStringLiteral("quiet"));
  connect(cancel, &QPushButton::clicked, this, [this] {
    m_asked.clear();
    m_atlas.cancelImport();
  });
  row->addWidget(m_words, 1);
  row->addWidget(cancel);
  m_bar = new QProgressBar(m_card);
  m_bar->setRange(0, kProgressSteps);
  m_bar->setTextVisible(false);
  m_bar->setFixedHeight(space::kTight);
  m_bar->setAccessibleName(tr("Import of a street map"));
  column->addLayout(row);
  column->addWidget(m_bar);
  growWithText(*m_card, [this] { m_card->setFixedWidth(scaled(kCardPx)); });
  m_card->hide();
}

void StreetControls::refresh() {
  QStringList files;
  QStringList names;
  bool ofOpenStreetMap = false;
  for (const StreetMapInfo& map : m_atlas.maps()) {
    names << map.name;
    if (!m_layer->isOn()) continue;
    files << map.file;
    ofOpenStreetMap = ofOpenStreetMap || !map.isMadeUp;
  }
  m_layer->setWords(names.isEmpty() ? tr("None yet: drop an OpenStreetMap extract (.osm.pbf) on the window")
                                    : names.join(QStringLiteral(", ")));
  m_page.view().setStreetMaps(files, ofOpenStreetMap);
}

void StreetControls::fillMenu() {
  m_menu->clear();
  for (const StreetMapInfo& map : m_atlas.maps()) {
    QMenu* one = m_menu->addMenu(tr("%1 (%2)").arg(map.name, phrases::bytes(map.indexBytes)));
    connect(one->addAction(tr("Go there")), &QAction::triggered, this, [this, map] { goTo(map); });
    connect(one->addAction(tr("Remove")), &QAction::triggered, this, [this, id = map.id] { remove(id); });
  }
  if (m_atlas.maps().empty()) m_menu->addAction(tr("No street map yet"))->setEnabled(false);
  m_menu->addSeparator();
  connect(m_menu->addAction(tr("Add street map…")), &QAction::triggered, this, &StreetControls::chooseFile);
}

void StreetControls::chooseFile() {
  const QStringList files = QFileDialog::getOpenFileNames(&m_window, tr("Add street map"), {},
                                                          tr("OpenStreetMap extracts (*.osm.pbf *.pbf)"));
  for (const QString& file : files) add(file);
}

void StreetControls::add(const QString& extract) {
  m_asked.insert(streetMapId(extract));
  m_atlas.add(extract);
}

void StreetControls::goTo(const StreetMapInfo& map) {
  MapView& view = m_page.view();
  view.setFollowing(false);
  const std::array<WorldPoint, 2> corners{map.bounds.topLeft(), map.bounds.bottomRight()};
  const MapViewport all = view.viewport().fitted(corners, kExtractMarginPx, kExtractMaxZoom);
  view.setViewport(all);
}

void StreetControls::remove(const QString& id) {
  if (const auto removed = m_atlas.remove(id); !removed)
    emit troubled(QString::fromStdString(removed.error().message()));
}

void StreetControls::arrange() {
  m_card->adjustSize();
  m_card->move((m_page.width() - m_card->width()) / 2, space::kGroup + size::kTouchRow + space::kInside);
}

bool StreetControls::takeDrop(QEvent& event) {
  if (event.type() != QEvent::DragEnter && event.type() != QEvent::DragMove && event.type() != QEvent::Drop)
    return false;
  auto& drop = static_cast<QDropEvent&>(event);
  const QStringList files = extractsIn(drop.mimeData());
  if (files.isEmpty()) {
    if (event.type() == QEvent::Drop && drop.mimeData()->hasUrls())
      emit troubled(tr("%1 cannot be shown here. What can be dropped are streets as extracts of OpenStreetMap "
                       "(.osm.pbf), pictures of maps (.mbtiles) and fences (.geojson, .json, .kml).")
                        .arg(drop.mimeData()->urls().constFirst().fileName()));
    // Taken while it hovers too, so that letting go of another file gets an answer.
    if (drop.mimeData()->hasUrls()) drop.acceptProposedAction();
    return true;
  }
  drop.acceptProposedAction();
  if (event.type() != QEvent::Drop) return true;
  for (const QString& file : files) add(file);
  return true;
}

bool StreetControls::eventFilter(QObject* watched, QEvent* event) {
  if (watched == &m_window && takeDrop(*event)) return true;
  if (watched == &m_page && (event->type() == QEvent::Resize || event->type() == QEvent::Show)) arrange();
  return QObject::eventFilter(watched, event);
}

}  // namespace carport::ui
