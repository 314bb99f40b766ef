#include "ui/widgets/palette/shortcuts_card.h"

#include "ui/widgets/palette/key_caps.h"
#include "ui/widgets/style/icons.h"
#include "ui/widgets/style/metrics.h"
#include "ui/widgets/style/theme.h"

#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QScrollArea>
#include <QScrollBar>
#include <QToolButton>

#include <algorithm>
#include <numeric>

namespace carport::ui {

namespace {

constexpr int kShortcutsWidth = 880;
constexpr int kShortcutColumns = 2;
constexpr double kShortcutsOneColumnFrom = 1.4;

/// The keys of one line, drawn.
class KeyCaps final : public QWidget {
 public:
  KeyCaps(QString keys, QWidget* parent) : QWidget(parent), m_keys(std::move(keys)) {
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setAccessibleName(m_keys);
  }
  QSize sizeHint() const override {
    return {keyCapsWidth(m_keys), QFontMetrics(textFont(TextSize::small)).height() + space::kInside};
  }

 protected:
  void paintEvent(QPaintEvent*) override {
    QPainter painter(this);
    paintKeyCaps(painter, themeOf(*this), m_keys, rect());
  }

 private:
  QString m_keys;
};

/// One group: its title, then a line for everything that its keys do.
QWidget* makeShortcutGroup(const ShortcutGroup& group, QWidget* parent) {
  auto* widget = new QWidget(parent);
  widget->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
  auto* lines = new QVBoxLayout(widget);
  lines->setContentsMargins(0, 0, 0, space::kGroup);
  lines->setSpacing(space::kTight);
  auto* title = new QLabel(group.title, widget);
  title->setProperty("kind", "strong");
  lines->addWidget(title);
  for (const ShortcutGroup::Line& line : group.lines) {
    auto* row = new QHBoxLayout;
    row->setSpacing(space::kGroup);
    auto* words = new QLabel(line.words, widget);
    row->addWidget(words, 1);
    row->addWidget(new KeyCaps(line.keys, widget));
    lines->addLayout(row);
  }
  return widget;
}

}  // namespace

ShortcutsCard::ShortcutsCard(QWidget& window)
    : OverlayCard(window, kShortcutsWidth), m_scroll(new QScrollArea(&card())) {
  setObjectName(QStringLiteral("shortcutsCard"));
  column().setContentsMargins(space::kPage, space::kGroup, space::kInside, space::kInside);
  auto* head = new QHBoxLayout;
  auto* title = new QLabel(tr("Keyboard shortcuts"), &card());
  title->setProperty("kind", "title");
  auto* closeButton = new QToolButton(&card());
  closeButton->setIcon(themedIcon(QStringLiteral("close")));
  closeButton->setToolTip(tr("Close (Esc)"));
  closeButton->setAccessibleName(tr("Close"));
  closeButton->setFocusPolicy(Qt::NoFocus);
  connect(closeButton, &QToolButton::clicked, this, &OverlayCard::close);
  head->addWidget(title, 1);
  head->addWidget(closeButton);
  m_scroll->setWidgetResizable(true);
  m_scroll->setFrameShape(QFrame::NoFrame);
  m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  m_scroll->setAccessibleName(tr("Keyboard shortcuts"));
  m_scroll->viewport()->setAutoFillBackground(false);
  column().addLayout(head);
  column().addWidget(m_scroll, 1);
}

void ShortcutsCard::open(const std::vector<ShortcutGroup>& groups) {
  m_groups = groups;
  build(m_groups);
  openWith(*m_scroll);
}

void ShortcutsCard::build(const std::vector<ShortcutGroup>& groups) {
  auto* inside = new QWidget;
  auto* row = new QHBoxLayout(inside);
  row->setContentsMargins(0, 0, space::kGroup, 0);
  row->setSpacing(2 * space::kPage);
  // Larger text takes the room of the second column.
  const int columns = textScale() > kShortcutsOneColumnFrom ? 1 : kShortcutColumns;
  const auto weight = [](std::size_t sum, const ShortcutGroup& group) { return sum + group.lines.size() + 2; };
  const std::size_t all = std::accumulate(groups.begin(), groups.end(), std::size_t(0), weight);
  std::size_t placed = 0;
  QVBoxLayout* lines = nullptr;
  for (const ShortcutGroup& group : groups) {
    // A group is not torn apart; the next column begins with the group whose middle lies beyond half of all lines.
    const std::size_t middleTwice = placed + weight(placed, group);
    const bool isNext =
        row->count() < columns && middleTwice * std::size_t(columns) > 2 * all * std::size_t(row->count());
    if (!lines || isNext) {
      lines = new QVBoxLayout;
      lines->setSpacing(0);
      row->addLayout(lines, 1);
    }
    lines->addWidget(makeShortcutGroup(group, inside));
    placed = weight(placed, group);
  }
  for (int at = 0; at < row->count(); ++at) static_cast<QVBoxLayout*>(row->itemAt(at)->layout())->addStretch(1);
  m_scroll->setWidget(inside);
  // The card's own ground shows through.
  inside->setAutoFillBackground(false);
  m_scroll->setMinimumHeight(std::min(inside->sizeHint().height(), std::max(0, parentWidget()->height() * 2 / 3)));
}

void ShortcutsCard::changeEvent(QEvent* event) {
  OverlayCard::changeEvent(event);
  if (event->type() == QEvent::FontChange && isOpen()) {
    QMetaObject::invokeMethod(
        this,
        [this] {
          build(m_groups);
          arrange();
        },
        Qt::QueuedConnection);
  }
}

}  // namespace carport::ui
