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
  growWithText(*this, [this] { setFixedWidth(scaled(kWidth)); });
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(space::kPage, space::kPage, space::kPage, space::kPage);
  layout->setSpacing(space::kInside);
  m_title = new QLabel;
  m_title->setProperty("kind", QStringLiteral("title"));
  m_text = new QLabel;
  m_text->setProperty("kind", QStringLiteral("muted"));
  m_text->setWordWrap(true);
  layout->addWidget(m_title);
  layout->addWidget(m_text);
  layout->addSpacing(space::kInside);
  m_demonstration = addChoice(QStringLiteral("demo"), tr("Start a demonstration fleet"),
                              tr("Cars drive through a made-up town, on this computer alone"), "primary");
  connect(m_demonstration, &QPushButton::clicked, this, &MapWelcome::demonstrationWanted);
  m_add = addChoice(QStringLiteral("add"), tr("Add a car"), tr("Gives you the name and password it signs in with"), "");
  connect(m_add, &QPushButton::clicked, this, &MapWelcome::addCarWanted);
  QPushButton* elsewhere = addChoice(QStringLiteral("connect"), tr("Connect to another gateway"),
                                     tr("A Carport that runs elsewhere, by its address"), "");
  connect(elsewhere, &QPushButton::clicked, this, &MapWelcome::connectWanted);
  update();
}

void MapWelcome::setDemonstrationPossible(bool possible) {
  m_demonstrationPossible = possible;
  update();
}

void MapWelcome::setConnected(bool connected) {
  m_connected = connected;
  update();
}

QSize MapWelcome::sizeHint() const {
  return {scaled(kWidth), layout()->totalHeightForWidth(scaled(kWidth))};
}

void MapWelcome::update() {
  m_title->setText(m_connected ? tr("No cars yet") : tr("Not connected"));
  m_text->setText(m_connected
                      ? tr("Cars appear here as soon as they send their first position. Begin with one of these:")
                      : tr("The cars appear as soon as the gateway answers. There may be another one to connect to:"));
  m_demonstration->parentWidget()->setVisible(m_connected && m_demonstrationPossible);
  m_add->parentWidget()->setVisible(m_connected);
  adjustSize();
}

QPushButton* MapWelcome::addChoice(const QString& icon, const QString& text, const QString& words, const char* kind) {
  const bool primary = std::strcmp(kind, "primary") == 0;
  auto* button = new QPushButton(themedIcon(icon, primary ? IconRole::onAccent : IconRole::strong), text);
  button->setProperty("kind", QString::fromLatin1(kind));
  button->setIconSize({size::kIcon, size::kIcon});
  button->setProperty("touch", true);
  button->setAccessibleDescription(words);
  auto* caption = new QLabel(words);
  caption->setProperty("kind", QStringLiteral("small"));
  caption->setAlignment(Qt::AlignHCenter);
  caption->setWordWrap(true);
  auto* choice = new QWidget(this);
  auto* column = new QVBoxLayout(choice);
  column->setContentsMargins(0, 0, 0, space::kTight);
  column->setSpacing(space::kTight);
  column->addWidget(button);
  column->addWidget(caption);
  layout()->addWidget(choice);
  return button;
}

}  // namespace carport::ui
