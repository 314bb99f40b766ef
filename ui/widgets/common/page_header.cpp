#include "ui/widgets/common/page_header.h"

#include "ui/widgets/common/elided_label.h"
#include "ui/widgets/style/metrics.h"

#include <QHBoxLayout>
#include <QLabel>

namespace carport::ui {

PageHeader::PageHeader(const QString& title, QWidget* parent) : QWidget(parent) {
  m_row = new QHBoxLayout(this);
  m_row->setContentsMargins(0, 0, 0, 0);
  m_row->setSpacing(space::kInside);
  auto* name = new QLabel(title, this);
  name->setProperty("kind", "display");
  m_remark = new ElidedLabel(this);
  m_remark->setProperty("kind", "muted");
  m_remark->setContentsMargins(0, 0, 0, space::kTight);
  m_row->addWidget(name);
  m_row->addSpacing(space::kInside);
  m_row->addWidget(m_remark, 0, Qt::AlignBottom);
  m_row->addStretch(1);
}

void PageHeader::setRemark(const QString& remark) {
  m_remark->setFullText(remark);
}

void PageHeader::addControl(QWidget* control) {
  m_row->addWidget(control);
}

}  // namespace carport::ui
