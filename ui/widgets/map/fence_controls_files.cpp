// Files of fences: what FenceControls imports and exports.
#include "ui/models/fence_store.h"
#include "ui/widgets/common/drawer_host.h"
#include "ui/widgets/map/fence_controls.h"
#include "ui/widgets/map/fence_import_panel.h"
#include "ui/widgets/map/fence_panel.h"
#include "ui/widgets/map/map_page.h"

#include <QDir>
#include <QDropEvent>
#include <QFileDialog>
#include <QKeyEvent>
#include <QMimeData>
#include <QSaveFile>
#include <QStandardPaths>
#include <QUrl>

namespace carport::ui {
namespace {

constexpr qsizetype kMaxDroppedFiles = 20;

QStringList fenceFilesIn(const QMimeData* data) {
  QStringList files;
  for (const QUrl& url : data->urls()) {
    const QString file = url.toLocalFile();
    const bool isOurs = file.endsWith(QLatin1String(".geojson"), Qt::CaseInsensitive) ||
                        file.endsWith(QLatin1String(".json"), Qt::CaseInsensitive) ||
                        file.endsWith(QLatin1String(".kml"), Qt::CaseInsensitive) ||
                        file.endsWith(QLatin1String(".kmz"), Qt::CaseInsensitive);
    if (isOurs && files.size() < kMaxDroppedFiles) files << file;
  }
  return files;
}

}  // namespace

void FenceControls::chooseFile() {
  auto* dialog = new QFileDialog(&m_window, tr("Import fences"), {}, tr("Fences (*.geojson *.json *.kml)"));
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setFileMode(QFileDialog::ExistingFile);
  connect(dialog, &QFileDialog::fileSelected, this, &FenceControls::importFile);
  dialog->open();
}

void FenceControls::importFile(const QString& path) {
  emit shown();
  if (m_saver.isRunning()) {
    m_waitingFiles << path;
    return;
  }
  auto* panel = new FenceImportPanel(m_saver, path);
  m_import = panel;
  connect(panel, &FenceImportPanel::changed, this, [this, panel] { m_layer->setPreview(panel->wanted()); });
  connect(panel, &FenceImportPanel::saveWanted, this, &FenceControls::saveImport);
  connect(panel, &FenceImportPanel::leaveWanted, this, [this] {
    endImport();
    m_waitingFiles.isEmpty() ? openList() : importFile(m_waitingFiles.takeFirst());
  });
  connect(panel, &QObject::destroyed, this, [this] {
    if (!m_import) endImport();
  });
  m_drawer.openDrawer(tr("Import fences"), panel);
  m_importer.read(path);
}

void FenceControls::onRead(const FenceFile& file) {
  if (!m_import) return;
  m_import->setFile(file);
  m_layer->setPreview(file.fences);
  goTo(file.fences);
}

void FenceControls::saveImport() {
  if (!m_import || m_saver.isRunning()) return;
  m_saver.start(m_import->wanted());
}

void FenceControls::onImported() {
  const bool isWhole = m_saver.left().empty();
  const QString done =
      m_saver.saved() == 1 ? tr("1 fence is imported.") : tr("%1 fences are imported.").arg(m_saver.saved());
  if (isWhole || !m_import) {
    // Whoever looks at something else by now is not disturbed, unless something went wrong.
    if (!m_import && isWhole) return;
    endImport();
    openList();
    isWhole ? m_panel->showDone(done)
            : m_panel->showError(tr("%1 of %2 fences are imported. %3")
                                     .arg(m_saver.saved())
                                     .arg(m_saver.all())
                                     .arg(m_saver.refusals().value(0)));
  }
  if (isWhole && !m_waitingFiles.isEmpty()) importFile(m_waitingFiles.takeFirst());
}

void FenceControls::endImport() {
  m_importer.cancel();
  m_layer->setPreview({});
}

void FenceControls::exportFences(const std::vector<api::Fence>& fences) {
  const QString folder = QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation);
  auto* dialog = new QFileDialog(&m_window, tr("Export %1 fences").arg(fences.size()), folder);
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setAcceptMode(QFileDialog::AcceptSave);
  const QString geoJson = tr("GeoJSON (*.geojson)");
  const QString kml = tr("KML (*.kml)");
  dialog->setNameFilters({geoJson, kml});
  dialog->setDefaultSuffix(QStringLiteral("geojson"));
  dialog->selectFile(tr("fences") + QStringLiteral(".geojson"));
  connect(dialog, &QFileDialog::filterSelected, dialog, [dialog, kml](const QString& filter) {
    dialog->setDefaultSuffix(filter == kml ? QStringLiteral("kml") : QStringLiteral("geojson"));
  });
  connect(dialog, &QFileDialog::fileSelected, this, [this, fences](const QString& path) { writeFile(path, fences); });
  dialog->open();
}

void FenceControls::writeFile(const QString& path, const std::vector<api::Fence>& fences) {
  const bool isKml = path.endsWith(QLatin1String(".kml"), Qt::CaseInsensitive);
  const QByteArray bytes = writeFences(fences, isKml ? FenceFileKind::kml : FenceFileKind::geoJson);
  QSaveFile file(path);
  const bool isWritten = file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size() && file.commit();
  openList();
  const QString name = QDir::toNativeSeparators(path);
  if (isWritten) return m_panel->showDone(tr("%1 fences are saved in %2.").arg(fences.size()).arg(name));
  m_panel->showError(tr("%1 could not be written: %2. Choose another folder or name.").arg(name, file.errorString()));
}

bool FenceControls::takeDrop(QEvent& event) {
  if (event.type() != QEvent::DragEnter && event.type() != QEvent::DragMove && event.type() != QEvent::Drop)
    return false;
  auto& drop = static_cast<QDropEvent&>(event);
  QStringList files = fenceFilesIn(drop.mimeData());
  // Other files are somebody else's.
  if (files.isEmpty()) return false;
  drop.acceptProposedAction();
  if (event.type() != QEvent::Drop) return true;
  const QString first = files.takeFirst();
  m_waitingFiles = files;
  importFile(first);
  return true;
}

bool FenceControls::eventFilter(QObject* watched, QEvent* event) {
  if (watched == &m_window && takeDrop(*event)) return true;
  if (watched == &m_page && event->type() == QEvent::KeyPress) {
    const auto* keys = static_cast<QKeyEvent*>(event);
    if (keys->key() == Qt::Key_G && keys->modifiers() == Qt::NoModifier) {
      openList();
      return true;
    }
  }
  return QObject::eventFilter(watched, event);
}

}  // namespace carport::ui
