#include "ui/widgets/map/tile_files_form.h"

#include "ui/models/tile_atlas.h"
#include "ui/widgets/common/elided_label.h"
#include "ui/widgets/map/layer_switch.h"
#include "ui/widgets/style/icons.h"
#include "ui/widgets/style/metrics.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

namespace carport::ui {

TileFilesForm::TileFilesForm(TileAtlas& atlas, QWidget* parent)
    : QWidget(parent),
      m_atlas(atlas),
      m_rows(new QVBoxLayout),
      m_dimmed(new QCheckBox(tr("Dim in the dark look"), this)) {
  setObjectName(QStringLiteral("tileFiles"));
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(space::kTight);
  m_rows->setSpacing(0);
  column->addLayout(m_rows);
  auto* add = new QPushButton(themedIcon(QStringLiteral("add"), IconRole::strong), tr("Add map file…"), this);
  add->setObjectName(QStringLiteral("tileFileAdd"));
  column->addWidget(add, 0, Qt::AlignLeft);
  m_dimmed->setObjectName(QStringLiteral("tilesDimmed"));
  m_dimmed->setToolTip(tr("So that cars are what one sees; for online maps too"));
  column->addWidget(m_dimmed);
  connect(add, &QPushButton::clicked, this, &TileFilesForm::addWanted);
  connect(m_dimmed, &QCheckBox::toggled, this, [this](bool on) { m_atlas.setDimmed(on); });
  connect(&m_atlas, &TileAtlas::filesChanged, this, &TileFilesForm::refresh);
  connect(&m_atlas, &TileAtlas::dimmedChanged, this, &TileFilesForm::refresh);
  refresh();
}

void TileFilesForm::refresh() {
  while (QLayoutItem* item = m_rows->takeAt(0)) {
    // Later: the row may be the one whose button was pressed.
    item->widget()->hide();
    item->widget()->deleteLater();
    delete item;
  }
  for (const auto& file : m_atlas.files()) addRow(file->file(), file->info().name, file->info().bounds);
  m_dimmed->setChecked(m_atlas.isDimmed());
}

void TileFilesForm::addRow(const QString& file, const QString& name, const QRectF& bounds) {
  auto* row = new QWidget(this);
  auto* line = new QHBoxLayout(row);
  line->setContentsMargins(0, 0, 0, 0);
  line->setSpacing(space::kTight);
  auto* label = new ElidedLabel(row);
  label->setFullText(name);
  line->addWidget(label);
  line->addStretch(1);
  auto* there =
      layerButton(*row, *line, QStringLiteral("fit"), tr("Go to %1").arg(name), QStringLiteral("tileFileShow"));
  auto* gone =
      layerButton(*row, *line, QStringLiteral("delete"), tr("Remove %1").arg(name), QStringLiteral("tileFileRemove"));
  connect(there, &QToolButton::clicked, this, [this, bounds] { emit placeWanted(bounds); });
  connect(gone, &QToolButton::clicked, this, [this, file] { m_atlas.removeFile(file); });
  m_rows->addWidget(row);
}

}  // namespace carport::ui
