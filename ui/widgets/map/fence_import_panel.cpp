#include "ui/widgets/map/fence_import_panel.h"

#include "ui/models/fence_geometry.h"
#include "ui/models/fence_saver.h"
#include "ui/models/plain_tip.h"
#include "ui/widgets/common/notice.h"
#include "ui/widgets/map/fence_swatch.h"
#include "ui/widgets/map/map_sketch.h"
#include "ui/widgets/style/metrics.h"

#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QListWidget>
#include <QLocale>
#include <QProgressBar>
#include <QPushButton>
#include <QSignalBlocker>
#include <QVBoxLayout>

namespace carport::ui {

FenceImportPanel::FenceImportPanel(FenceSaver& saver, const QString& path, QWidget* parent)
    : QWidget(parent), m_saver(saver), m_name(QFileInfo(path).fileName()) {
  setObjectName(QStringLiteral("fenceImport"));
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(space::kGroup, space::kInside, space::kGroup, space::kGroup);
  column->setSpacing(space::kPadding);
  m_head = new QLabel(this);
  m_head->setTextFormat(Qt::PlainText);
  m_head->setWordWrap(true);
  m_list = new QListWidget(this);
  m_list->setAccessibleName(tr("Fences that would be made"));
  m_list->setUniformItemSizes(true);
  m_list->setMinimumHeight(6 * size::kRow);
  m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  m_notes = new QLabel(this);
  m_notes->setProperty("kind", "muted");
  m_notes->setTextFormat(Qt::PlainText);
  m_notes->setWordWrap(true);
  m_bar = new QProgressBar(this);
  m_bar->setTextVisible(false);
  m_bar->setAccessibleName(tr("Progress of the import"));
  m_notice = new Notice(this);
  m_save = new QPushButton(this);
  m_save->setProperty("kind", "primary");
  m_leave = new QPushButton(tr("Cancel"), this);
  auto* row = new QHBoxLayout;
  row->setSpacing(space::kInside);
  row->addWidget(m_save);
  row->addWidget(m_leave);
  row->addStretch(1);
  column->addWidget(m_head);
  column->addWidget(m_notice);
  column->addWidget(m_list, 1);
  column->addWidget(m_notes);
  column->addWidget(m_bar);
  column->addLayout(row);
  // Takes the room that a list would have.
  column->addStretch(0);
  connect(m_list, &QListWidget::itemChanged, this, [this] {
    refresh();
    emit changed();
  });
  connect(m_save, &QPushButton::clicked, this, &FenceImportPanel::saveWanted);
  connect(m_leave, &QPushButton::clicked, this, [this] {
    if (m_saver.isRunning()) return m_saver.cancel();
    emit leaveWanted();
  });
  connect(&m_saver, &FenceSaver::progressed, this, &FenceImportPanel::onProgress);
  connect(&m_saver, &FenceSaver::finished, this, &FenceImportPanel::onFinished);
  m_head->setText(tr("Reading %1…").arg(m_name));
  m_bar->setRange(0, 0);
  setFocusProxy(m_leave);
  refresh();
}

void FenceImportPanel::refuse(const QString& sentence) {
  m_isRead = true;
  m_head->setText(tr("Nothing can be imported from %1.").arg(m_name));
  m_notice->showError(sentence);
  refresh();
}

void FenceImportPanel::setFile(const FenceFile& file) {
  m_isRead = true;
  m_fences = file.fences;
  m_head->setText(tr("%1 would make these fences. Nothing is saved yet.").arg(m_name));
  refreshNotes(file);
  fillList();
  refresh();
  m_save->setFocus(Qt::OtherFocusReason);
}

void FenceImportPanel::refreshNotes(const FenceFile& file) {
  QStringList notes = file.remarks;
  if (file.furtherRemarks > 0) notes << tr("And %1 more of the same kind.").arg(file.furtherRemarks);
  if (const QString leftOut = file.leftOut(); !leftOut.isEmpty()) notes.prepend(leftOut);
  m_notes->setText(notes.join(u'\n'));
}

void FenceImportPanel::fillList() {
  const QSignalBlocker quiet(m_list);
  m_list->clear();
  for (const api::Fence& fence : m_fences) {
    const QString name = QString::fromStdString(fence.name);
    auto* item = new QListWidgetItem(fenceSwatch(*this, int(fence.colour)),
                                     tr("%1  ·  %2").arg(name, areaText(fenceAreaSquareMetres(fence.shape))), m_list);
    item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsUserCheckable);
    item->setCheckState(Qt::Checked);
    item->setToolTip(plainTip(name));
  }
}

std::vector<api::Fence> FenceImportPanel::wanted() const {
  std::vector<api::Fence> fences;
  for (int n = 0; n < m_list->count(); ++n)
    if (m_list->item(n)->checkState() == Qt::Checked) fences.push_back(m_fences[std::size_t(n)]);
  return fences;
}

void FenceImportPanel::refresh() {
  const std::size_t count = wanted().size();
  m_save->setText(count == 1 ? tr("Import 1 fence")
                             : tr("Import %1 fences").arg(QLocale().toString(qulonglong(count))));
  m_save->setVisible(m_isRead && !m_fences.empty());
  m_save->setEnabled(count > 0 && !m_saver.isRunning());
  m_list->setVisible(!m_fences.empty());
  m_list->setEnabled(!m_saver.isRunning());
  m_notes->setVisible(!m_notes->text().isEmpty());
  m_bar->setVisible(!m_isRead || m_saver.isRunning());
}

void FenceImportPanel::onProgress() {
  m_bar->setRange(0, int(m_saver.all()));
  m_bar->setValue(int(m_saver.saved() + m_saver.left().size()));
  refresh();
}

void FenceImportPanel::onFinished() {
  if (m_saver.left().empty()) return;  // the list says how it went
  m_fences = m_saver.left();
  fillList();
  const QString said = m_saver.refusals().isEmpty() ? tr("Cancelled.") : m_saver.refusals().join(u'\n');
  m_notice->showError(
      tr("%1 of %2 fences are saved, these are not. %3").arg(m_saver.saved()).arg(m_saver.all()).arg(said));
  refresh();
  emit changed();
}

}  // namespace carport::ui
