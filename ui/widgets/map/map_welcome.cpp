#include "ui/widgets/map/map_welcome.h"

#include "ui/widgets/style/icons.h"
#include "ui/widgets/style/metrics.h"

#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include <cstring>

namespace carport::ui {
namespace {

constexpr int kWidth = 340;

}  // namespace

MapWelcome::MapWelcome(QWidget* parent) : QFrame(parent) {
  setProperty("kind", QStringLiteral("floating"));
  setFixedWidth(kWidth);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(space::kPage, space::kPage, space::kPage, space::kPage);
  layout->setSpacing(space::kInside);
  auto* title = new QLabel(tr("No cars yet"));
  title->setProperty("kind", QStringLiteral("title"));
  auto* text = new QLabel(tr("Cars appear here as soon as they send their first position. Begin with one of these:"));
  text->setProperty("kind", QStringLiteral("muted"));
  text->setWordWrap(true);
  layout->addWidget(title);
  layout->addWidget(text);
  layout->addSpacing(space::kInside);
  m_demonstration = addChoice(QStringLiteral("demo"), tr("Start a demonstration fleet"), "primary");
  connect(m_demonstration, &QPushButton::clicked, this, &MapWelcome::demonstrationWanted);
  connect(addChoice(QStringLiteral("add"), tr("Add a car"), ""), &QPushButton::clicked, this,
          &MapWelcome::addCarWanted);
  connect(addChoice(QStringLiteral("connect"), tr("Connect to another gateway"), ""), &QPushButton::clicked, this,
          &MapWelcome::connectWanted);
}

void MapWelcome::setDemonstrationPossible(bool possible) {
  m_demonstration->setVisible(possible);
  adjustSize();
}

QPushButton* MapWelcome::addChoice(const QString& icon, const QString& text, const char* kind) {
  const bool primary = std::strcmp(kind, "primary") == 0;
  auto* button = new QPushButton(themedIcon(icon, primary ? IconRole::onAccent : IconRole::strong), text);
  button->setProperty("kind", QString::fromLatin1(kind));
  button->setIconSize({size::kIcon, size::kIcon});
  button->setProperty("touch", true);
  layout()->addWidget(button);
  return button;
}

}  // namespace carport::ui
