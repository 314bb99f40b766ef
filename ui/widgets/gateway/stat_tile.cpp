#include "ui/widgets/gateway/stat_tile.h"

#include "ui/widgets/common/elided_label.h"
#include "ui/widgets/style/metrics.h"

#include <QFontMetrics>
#include <QLabel>
#include <QVBoxLayout>

namespace carport::ui {

StatTile::StatTile(const QString& caption, QWidget* parent) : QFrame(parent) {
  setProperty("kind", "card");
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(space::kGroup, space::kPadding, space::kGroup, space::kPadding);
  column->setSpacing(space::kTight);
  auto* name = new QLabel(caption, this);
  name->setProperty("kind", "small");
  m_figure = new QLabel(QStringLiteral("–"), this);
  m_figure->setProperty("kind", "title");
  m_remark = new ElidedLabel(this);
  m_remark->setProperty("kind", "small");
  column->addWidget(name);
  column->addWidget(m_figure);
  // Empty or not, all tiles are as high.
  growWithText(*m_remark, [this] { m_remark->setMinimumHeight(QFontMetrics(textFont(TextSize::small)).height()); });
  column->addWidget(m_remark);
  setAccessibleName(caption);
}

void StatTile::setFigure(const QString& figure, const QString& remark) {
  m_figure->setText(figure);
  m_remark->setFullText(remark);
}

void StatTile::setUnknown() {
  setFigure(QStringLiteral("–"), {});
}

}  // namespace carport::ui
