#include "ui/widgets/map/fence_controls.h"

#include "ui/models/car_store.h"
#include "ui/models/fence_geometry.h"
#include "ui/models/fence_store.h"
#include "ui/widgets/common/drawer_host.h"
#include "ui/widgets/map/fence_bar.h"
#include "ui/widgets/map/fence_form.h"
#include "ui/widgets/map/fence_import_panel.h"
#include "ui/widgets/map/fence_panel.h"
#include "ui/widgets/map/layer_panel.h"
#include "ui/widgets/map/map_bars.h"
#include "ui/widgets/map/map_overlays.h"
#include "ui/widgets/map/map_page.h"

#include <QLocale>
#include <QMessageBox>
#include <QPushButton>
#include <QToolButton>

#include <algorithm>
#include <utility>

namespace carport::ui {
namespace {

constexpr int kFencesRank = 60;
constexpr double kFenceMarginPx = 80;
constexpr double kFenceMaxZoom = 16;

QString fenceName(const api::Fence& fence) {
  return QString::fromStdString(fence.name).left(80);
}

}  // namespace

FenceControls::FenceControls(MapPage& page, FenceStore& store, CarStore& cars, DrawerHost& drawer, QWidget& window)
    : QObject(&window),
      m_page(page),
      m_store(store),
      m_cars(cars),
      m_drawer(drawer),
      m_window(window),
      m_census(store, cars),
      m_saver(store),
      m_layer(new FenceLayer(store, this)),
      m_editor(new FenceEditor(page.view(), this)) {
  setUpLayer();
  setUpEditor();
  m_window.installEventFilter(this);
  m_page.installEventFilter(this);
  connect(&m_importer, &FenceImporter::done, this, &FenceControls::onRead);
  connect(&m_importer, &FenceImporter::failed, this, [this](const QString& sentence) {
    if (m_import) m_import->refuse(sentence);
  });
  connect(&m_saver, &FenceSaver::finished, this, &FenceControls::onImported);
}

FenceControls::~FenceControls() {
  // They tell of their end while this is taken apart.
  for (QWidget* panel :
       {static_cast<QWidget*>(m_panel), static_cast<QWidget*>(m_form), static_cast<QWidget*>(m_import)})
    if (panel != nullptr) panel->disconnect(this);
}

void FenceControls::setUpLayer() {
  m_page.view().overlays().add(*m_layer);
  m_switch = m_page.layers().add({QStringLiteral("fences"), tr("Fences"), {}, kFencesRank, true});
  connect(m_switch, &LayerSwitch::toggled, m_layer, &MapOverlay::setShown);
  m_layer->setShown(m_switch->isOn());
  m_button = m_page.tools().addFirst(QStringLiteral("fence"), tr("Fences"), tr("Fences: list, draw, import (G)"),
                                     QStringLiteral("fences"));
  connect(m_button, &QToolButton::clicked, this, &FenceControls::openList);
  connect(m_layer, &FenceLayer::fenceClicked, this, [this](api::FenceNumber fence) {
    if (!m_panel && fence) openList();
    chooseFence(fence, false);
  });
  connect(&m_store, &FenceStore::changed, this, &FenceControls::refreshLayer);
  connect(&m_store, &FenceStore::changed, this, &FenceControls::tellSearch);
  connect(&m_store, &FenceStore::statusChanged, this, &FenceControls::refreshLayer);
  refreshLayer();
}

void FenceControls::setUpEditor() {
  m_page.view().overlays().add(*m_editor);
  m_bar = new FenceBar(*m_editor, &m_page);
  m_page.addBar(*m_bar);
  connect(m_bar, &FenceBar::formWanted, this, &FenceControls::openForm);
  connect(m_bar, &FenceBar::leaveWanted, this, &FenceControls::leave);
  connect(m_editor, &FenceEditor::edited, this, &FenceControls::refreshForm);
  connect(m_editor, &FenceEditor::completed, this, &FenceControls::openForm);
  connect(m_editor, &FenceEditor::leaveWanted, this, &FenceControls::leave);
  // One hand on the map at a time: tools wait until the fence is saved or discarded.
  connect(&m_page.view(), &MapView::sketchChanged, this, [this] {
    if (m_editor->isActive()) m_page.view().setTool(MapTool::none);
  });
}

void FenceControls::refreshLayer() {
  const std::size_t count = m_store.fences().size();
  if (!m_store.trouble().isEmpty()) {
    m_switch->setWords(m_store.trouble());
  } else if (count == 0) {
    m_switch->setWords(tr("None yet: draw one, or drop a GeoJSON or KML file"));
  } else {
    m_switch->setWords(count == 1 ? tr("1 fence") : tr("%1 fences").arg(QLocale().toString(qulonglong(count))));
  }
}

void FenceControls::tellSearch() {
  FenceAreas areas;
  for (std::size_t n = 0; n < m_store.fences().size(); ++n)
    areas.add(QString::fromStdString(m_store.fences()[n].name), m_store.tester(n));
  m_cars.setFences(std::move(areas));
}

void FenceControls::openList() {
  // What is hidden could not be chosen.
  m_switch->setOn(true);
  auto* panel = new FencePanel(m_store, m_census);
  m_panel = panel;
  connectPanel(*panel);
  m_drawer.openDrawer(tr("Fences"), panel);
  m_layer->setPicking(true);
  m_census.setActive(true);
  if (m_layer->chosen()) panel->choose(m_layer->chosen());
  connect(panel, &QObject::destroyed, this, [this] {
    if (m_panel) return;  // another one has taken its place
    m_layer->setPicking(false);
    m_census.setActive(false);
    if (!m_form) m_layer->setChosen({});
  });
}

void FenceControls::connectPanel(FencePanel& panel) {
  connect(&panel, &FencePanel::fenceChosen, this, [this](api::FenceNumber fence) { chooseFence(fence, true); });
  connect(&panel, &FencePanel::areaWanted, this, &FenceControls::drawArea);
  connect(&panel, &FencePanel::circleWanted, this, &FenceControls::drawCircle);
  connect(&panel, &FencePanel::importWanted, this, &FenceControls::chooseFile);
  connect(&panel, &FencePanel::openWanted, this, &FenceControls::change);
  connect(&panel, &FencePanel::removalWanted, this, &FenceControls::remove);
  connect(&panel, &FencePanel::carsWanted, this, &FenceControls::showCars);
  connect(&panel, &FencePanel::exportWanted, this, &FenceControls::exportFences);
}

void FenceControls::chooseFence(api::FenceNumber number, bool moveMap) {
  m_layer->setChosen(number);
  if (moveMap) {
    if (const api::Fence* fence = m_store.find(number)) goTo({*fence});
  } else if (m_panel) {
    m_panel->choose(number);
  }
}

void FenceControls::show(api::FenceNumber fence) {
  emit shown();
  openList();
  m_panel->choose(fence);
  chooseFence(fence, true);
}

void FenceControls::goTo(const std::vector<api::Fence>& fences) {
  std::vector<WorldPoint> corners;
  for (const api::Fence& fence : fences)
    for (const auto& rings : worldPolygons(fence.shape))
      corners.insert(corners.end(), rings.front().begin(), rings.front().end());
  if (corners.empty()) return;
  MapView& view = m_page.view();
  // What is in sight already is not moved away under the hand.
  const QRectF seen = QRectF(view.rect()).adjusted(0, 0, -m_page.rightMargin(), 0);
  const bool isSeen = std::all_of(corners.begin(), corners.end(), [&](const WorldPoint& corner) {
    return seen.contains(view.viewport().toScreen(corner));
  });
  if (isSeen && fences.size() == 1) return;
  view.setFollowing(false);
  const MapViewport all = view.viewport().fitted(corners, kFenceMarginPx + m_page.rightMargin() / 2.0, kFenceMaxZoom);
  view.jumpTo(all.panned({-m_page.rightMargin() / 2.0, 0}).centre(), all.zoom());
}

void FenceControls::showCars(const std::vector<api::Fence>& fences) {
  CarSet inside;
  for (const api::Fence& fence : fences) inside.unite(FenceCensus::carsInside(fence.shape, m_cars));
  if (inside.isEmpty()) {
    const QString none = tr("No car is inside now.");
    if (m_panel) m_panel->showDone(none);
    if (m_form) m_form->showError(none);
    return;
  }
  m_page.view().chooseCars(inside);
  m_page.view().setFocus();
}

// --- Drawing and changing ---

void FenceControls::drawArea() {
  begin({});
  m_editor->drawArea();
  m_page.view().setFocus();
}

void FenceControls::drawCircle() {
  begin({});
  m_editor->drawCircle();
  m_page.view().setFocus();
}

void FenceControls::begin(const api::Fence& fence) {
  emit shown();
  m_switch->setOn(true);
  m_editor->leave();
  m_edited = fence;
  m_layer->setLeftOut(fence.number);
  m_layer->setChosen({});
  m_editor->setColour(int(fence.colour));
  if (!fence.number) {
    // The map is wanted now, and the form when there is something to name.
    m_drawer.closeDrawer();
  }
}

void FenceControls::change(api::FenceNumber number) {
  const api::Fence* fence = m_store.find(number);
  if (fence == nullptr) return;
  begin(*fence);
  if (m_store.mayChange()) {
    m_editor->change(m_edited.shape);
  } else {
    m_layer->setLeftOut({});
    m_layer->setChosen(number);
  }
  goTo({m_edited});
  openForm();
}

void FenceControls::openForm() {
  const bool isDrawn = m_editor->isActive();
  const QString whyNot =
      m_store.whyNot().isEmpty() ? tr("It is not known yet whether you may change fences.") : m_store.whyNot();
  auto* form = new FenceForm(m_edited, isDrawn ? QString() : whyNot);
  m_form = form;
  connect(form, &FenceForm::edited, this, [this, form] { form->writeInto(m_edited); });
  connect(form, &FenceForm::colourPicked, m_editor, &FenceEditor::setColour);
  connect(form, &FenceForm::saveWanted, this, &FenceControls::save);
  connect(form, &FenceForm::leaveWanted, this, [this] {
    leave();
    openList();
  });
  connect(form, &FenceForm::carsWanted, this, [this] {
    api::Fence now = m_edited;
    if (m_editor->isActive()) now.shape = m_editor->draft().shape();
    showCars({now});
  });
  connect(form, &FenceForm::removalWanted, this, [this] { remove({m_edited}); });
  m_drawer.openDrawer(m_edited.number ? fenceName(m_edited) : tr("New fence"), form);
  form->takeFocus();
  refreshForm();
}

void FenceControls::refreshForm() {
  if (!m_form) return;
  if (m_editor->isActive()) {
    const bool isWhole = m_editor->mode() == FenceEditor::Mode::change;
    return m_form->setShape(m_editor->words(), m_editor->problem(), isWhole);
  }
  m_form->setShape(FenceEditor::measuredWords(m_edited.shape), {}, true);
}

void FenceControls::save() {
  if (m_isSaving || !m_editor->isDone() || !m_form) return;
  m_form->writeInto(m_edited);
  m_edited.shape = m_editor->draft().shape();
  m_isSaving = true;
  m_form->setBusy(true);
  const auto answered = [this](const Result<api::Fence>& answer) { onSaved(answer); };
  m_edited.number ? m_store.replace(m_edited, this, answered) : m_store.create(m_edited, this, answered);
}

void FenceControls::onSaved(const Result<api::Fence>& answer) {
  m_isSaving = false;
  if (m_form) m_form->setBusy(false);
  if (answer) {
    const QString done = m_edited.number ? tr("“%1” is saved.") : tr("“%1” is added.");
    const api::FenceNumber number = answer->number;
    const QString name = fenceName(*answer);
    endDrawing();
    openList();
    m_panel->choose(number);
    m_layer->setChosen(number);
    return m_panel->showDone(done.arg(name));
  }
  QString sentence = QString::fromStdString(answer.error().message());
  if (answer.error().kind() == ErrorKind::conflict || answer.error().kind() == ErrorKind::notFound) {
    const api::Fence* theirs = m_store.find(m_edited.number);
    m_edited.revision = theirs != nullptr ? theirs->revision : std::string();
    if (theirs == nullptr) {
      m_edited.number = {};
      sentence = tr("Somebody else has deleted this fence meanwhile. Save to make it anew, or discard it.");
    } else {
      sentence =
          tr("Somebody else has changed this fence meanwhile. Save again to put yours in its place, or discard "
             "it to keep theirs.");
    }
  }
  openForm();
  m_form->showError(sentence);
}

void FenceControls::leave() {
  endDrawing();
  if (m_form) m_drawer.closeDrawer();
  m_page.view().setFocus();
}

void FenceControls::endDrawing() {
  m_editor->leave();
  m_layer->setLeftOut({});
  m_edited = {};
}

// --- Deleting ---

void FenceControls::remove(const std::vector<api::Fence>& fences) {
  if (fences.empty() || !m_removals.empty()) return;
  const bool isOne = fences.size() == 1;
  const QString question = isOne ? tr("Delete the fence “%1”? That cannot be undone.").arg(fenceName(fences.front()))
                                 : tr("Delete these %1 fences? That cannot be undone.").arg(fences.size());
  QMessageBox box(QMessageBox::NoIcon, tr("Delete"), question, QMessageBox::Cancel, &m_window);
  box.setTextFormat(Qt::PlainText);
  QPushButton* confirm = box.addButton(isOne ? tr("Delete fence") : tr("Delete fences"), QMessageBox::DestructiveRole);
  confirm->setProperty("kind", "danger");
  box.setDefaultButton(QMessageBox::Cancel);
  box.exec();
  if (box.clickedButton() != confirm) return;
  m_removals = fences;
  m_removed = 0;
  removeNext();
}

void FenceControls::removeNext() {
  const api::Fence fence = m_removals[m_removed];
  m_store.remove(fence.number, fence.revision, this, [this, fence](const Result<Nothing>& done) {
    ++m_removed;
    const bool isGone = done.has_value() || done.error().kind() == ErrorKind::notFound;
    if (isGone && m_removed < m_removals.size()) return removeNext();
    const std::size_t all = std::exchange(m_removals, {}).size();
    if (isGone && fence.number == m_edited.number) leave();
    openList();
    if (!isGone) return m_panel->showError(QString::fromStdString(done.error().message()));
    m_panel->showDone(all == 1 ? tr("“%1” is deleted.").arg(fenceName(fence)) : tr("%1 fences are deleted.").arg(all));
  });
}

}  // namespace carport::ui
