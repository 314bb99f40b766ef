#include "ui/widgets/map/colour_panel.h"

#include "ui/models/phrases.h"
#include "ui/widgets/style/metrics.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace carport::ui {
namespace {

constexpr int kPanelWidthPx = 280;
constexpr int kEndWidthPx = 64;
constexpr int kMostNameChars = 40;

QString metricText(const QString& metric) {
  const std::string name = metric.toStdString();
  const QString unit = phrases::metricUnit(name);
  const QString word = phrases::metricName(name).left(kMostNameChars);
  return unit.isEmpty() ? word : ColourPanel::tr("%1 (%2)").arg(word, unit);
}

}  // namespace

ColourPanel::ColourPanel(QWidget* parent) : QFrame(parent) {
  setProperty("kind", QStringLiteral("floating"));
  setObjectName(QStringLiteral("colourPanel"));
  growWithText(*this, [this] { setFixedWidth(scaled(kPanelWidthPx)); });
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(space::kPadding, space::kPadding, space::kPadding, space::kPadding);
  column->setSpacing(space::kInside);
  auto* title = new QLabel(tr("Colour cars by"), this);
  title->setProperty("kind", "strong");
  m_by = new QComboBox(this);
  m_by->setObjectName(QStringLiteral("colourBy"));
  m_by->setAccessibleName(title->text());
  title->setBuddy(m_by);
  m_isFixed = new QCheckBox(tr("Fixed range"), this);
  m_isFixed->setObjectName(QStringLiteral("fixedRange"));
  m_isFixed->setToolTip(tr("Otherwise the range follows what the cars send"));
  m_ends = new QWidget(this);
  auto* row = new QHBoxLayout(m_ends);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(space::kInside);
  m_low = addEnd(tr("from"), "rangeLow");
  m_high = addEnd(tr("to"), "rangeHigh");
  m_unit = new QLabel(m_ends);
  m_unit->setProperty("kind", "muted");
  row->addWidget(m_unit, 1);
  m_mistake = new QLabel(tr("The range needs two figures, the smaller one first."), this);
  m_mistake->setProperty("kind", "error");
  m_mistake->setWordWrap(true);
  for (QWidget* widget : {static_cast<QWidget*>(title), static_cast<QWidget*>(m_by), static_cast<QWidget*>(m_isFixed),
                          m_ends, static_cast<QWidget*>(m_mistake)}) {
    column->addWidget(widget);
  }
  connect(m_by, &QComboBox::activated, this, &ColourPanel::wish);
  connect(m_isFixed, &QCheckBox::clicked, this, &ColourPanel::wish);
  setMetrics({});
  hide();
}

QLineEdit* ColourPanel::addEnd(const QString& name, const char* objectName) {
  auto* label = new QLabel(name, m_ends);
  label->setProperty("kind", "muted");
  auto* field = new QLineEdit(m_ends);
  field->setObjectName(QString::fromLatin1(objectName));
  field->setAccessibleName(tr("Range %1").arg(name));
  growWithText(*field, [field] { field->setFixedWidth(scaled(kEndWidthPx)); });
  field->setAlignment(Qt::AlignRight);
  label->setBuddy(field);
  m_ends->layout()->addWidget(label);
  m_ends->layout()->addWidget(field);
  connect(field, &QLineEdit::editingFinished, this, &ColourPanel::readRange);
  return field;
}

void ColourPanel::setColouring(const MapColouring& colouring) {
  m_colouring = colouring;
  if (colouring.fixed) m_scale = *colouring.fixed;
  setMetrics(m_metrics);
}

void ColourPanel::setScale(const ColourScale& scale) {
  m_scale = scale;
}

void ColourPanel::setMetrics(const QStringList& metrics) {
  QStringList all = metrics;
  if (!m_colouring.byState() && !all.contains(m_colouring.metric)) all << m_colouring.metric;
  if (all != m_metrics || m_by->count() == 0) {
    m_metrics = all;
    const QSignalBlocker quiet(m_by);
    m_by->clear();
    m_by->addItem(tr("What they do"), QString());
    for (const QString& metric : all) m_by->addItem(metricText(metric), metric);
  }
  refresh();
}

void ColourPanel::refresh() {
  m_by->setCurrentIndex(std::max(0, m_by->findData(m_colouring.metric)));
  m_isFixed->setVisible(!m_colouring.byState());
  m_isFixed->setChecked(m_colouring.fixed.has_value());
  m_ends->setVisible(m_colouring.fixed.has_value());
  m_mistake->hide();
  if (m_colouring.fixed) {
    m_low->setText(phrases::figure(m_colouring.fixed->low));
    m_high->setText(phrases::figure(m_colouring.fixed->high));
    m_unit->setText(phrases::metricUnit(m_colouring.metric.toStdString()));
  }
  layout()->activate();
  resize(width(), sizeHint().height());
}

void ColourPanel::wish() {
  MapColouring next;
  next.metric = m_by->currentData().toString();
  if (!next.byState() && m_isFixed->isChecked() && next.metric == m_colouring.metric) {
    next.fixed = m_colouring.fixed.value_or(m_scale);
  }
  m_colouring = next;
  refresh();
  emit colouringWanted(next);
}

void ColourPanel::readRange() {
  if (!m_colouring.fixed) return;
  bool lowIs = false;
  bool highIs = false;
  const ColourScale wanted{QLocale().toDouble(m_low->text().trimmed(), &lowIs),
                           QLocale().toDouble(m_high->text().trimmed(), &highIs)};
  const bool good =
      lowIs && highIs && std::isfinite(wanted.low) && std::isfinite(wanted.high) && wanted.low < wanted.high;
  m_mistake->setVisible(!good);
  layout()->activate();
  resize(width(), sizeHint().height());
  if (!good || wanted == m_colouring.fixed) return;
  m_colouring.fixed = wanted;
  emit colouringWanted(m_colouring);
}

void ColourPanel::takeFocus() {
  m_by->setFocus(Qt::PopupFocusReason);
}

void ColourPanel::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_Escape) {
    emit left();
    return;
  }
  QFrame::keyPressEvent(event);
}

}  // namespace carport::ui
