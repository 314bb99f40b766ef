#include "ui/widgets/map/tile_online_form.h"

#include "ui/models/tile_atlas.h"
#include "ui/widgets/common/labelled_field.h"
#include "ui/widgets/style/metrics.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QStyle>
#include <QVBoxLayout>

namespace carport::ui {

TileOnlineForm::TileOnlineForm(TileAtlas& atlas, QWidget* parent)
    : QWidget(parent),
      m_atlas(atlas),
      m_address(new QLineEdit(this)),
      m_attribution(new QLineEdit(this)),
      m_maxZoom(new QSpinBox(this)),
      m_test(new QPushButton(tr("Test"), this)),
      m_remove(new QPushButton(tr("Remove"), this)),
      m_words(new QLabel(this)),
      m_keyNote(new QLabel(this)) {
  setObjectName(QStringLiteral("tileOnline"));
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(space::kTight);
  m_address->setObjectName(QStringLiteral("tileAddress"));
  m_address->setPlaceholderText(QStringLiteral("https://tiles.example/{z}/{x}/{y}.png"));
  m_attribution->setObjectName(QStringLiteral("tileAttribution"));
  m_attribution->setPlaceholderText(tr("© Example Maps"));
  m_maxZoom->setObjectName(QStringLiteral("tileMaxZoom"));
  m_maxZoom->setRange(1, kMaxTileZoom);
  addLabelled(*column, tr("Address of its tiles"), m_address);
  setUpKeyNote();
  column->addWidget(m_keyNote);
  addLabelled(*column, tr("Whose map it is, as its provider wants it written"), m_attribution);
  addLabelled(*column, tr("Nearest zoom"), m_maxZoom);
  m_words->setTextFormat(Qt::PlainText);
  m_words->setWordWrap(true);
  m_words->setObjectName(QStringLiteral("tileOnlineWords"));
  m_words->hide();
  column->addWidget(m_words);
  auto* use = new QPushButton(tr("Use this map"), this);
  use->setProperty("kind", QStringLiteral("primary"));
  use->setObjectName(QStringLiteral("tileUse"));
  m_test->setObjectName(QStringLiteral("tileTest"));
  m_test->setToolTip(tr("Asks the server for one picture"));
  m_remove->setObjectName(QStringLiteral("tileRemove"));
  auto* row = new QHBoxLayout;
  row->setSpacing(space::kInside);
  row->addWidget(use);
  row->addWidget(m_test);
  row->addWidget(m_remove);
  row->addStretch(1);
  column->addLayout(row);
  connect(use, &QPushButton::clicked, this, &TileOnlineForm::use);
  connect(m_address, &QLineEdit::returnPressed, this, &TileOnlineForm::use);
  connect(m_attribution, &QLineEdit::returnPressed, this, &TileOnlineForm::use);
  connect(m_test, &QPushButton::clicked, this, &TileOnlineForm::test);
  connect(m_remove, &QPushButton::clicked, this, [this] {
    say({}, false);
    (void)m_atlas.setProvider({});
  });
  connect(&m_atlas.online(), &TileOnline::providerChanged, this, &TileOnlineForm::refresh);
  refresh();
}

void TileOnlineForm::setUpKeyNote() {
  m_keyNote->setProperty("kind", QStringLiteral("small"));
  m_keyNote->setWordWrap(true);
  m_keyNote->setObjectName(QStringLiteral("tileKeyNote"));
  m_keyNote->setText(
      tr("A key in the address is kept unprotected in this account's preferences. Use one that is good for nothing "
         "but this map."));
  m_keyNote->hide();
  connect(m_address, &QLineEdit::textChanged, this, [this] {
    const bool hasKey = m_address->text().contains(u'?');
    if (hasKey == m_keyNote->isVisibleTo(this)) return;
    m_keyNote->setVisible(hasKey);
    emit resized();
  });
}

TileProvider TileOnlineForm::entered() const {
  return {m_address->text(), m_attribution->text(), m_maxZoom->value()};
}

void TileOnlineForm::refresh() {
  const TileProvider& provider = m_atlas.online().provider();
  m_address->setText(provider.address);
  m_attribution->setText(provider.attribution);
  m_maxZoom->setValue(provider.maxZoom);
  m_remove->setVisible(!provider.isEmpty());
}

void TileOnlineForm::use() {
  const auto good = checked(entered());
  if (!good) return say(QString::fromStdString(good.error().message()) + u'.', true);
  say({}, false);
  (void)m_atlas.setProvider(*good);
  emit used();
}

void TileOnlineForm::test() {
  const auto good = checked(entered());
  if (!good) return say(QString::fromStdString(good.error().message()) + u'.', true);
  m_test->setEnabled(false);
  say(tr("Asking %1…").arg(good->host()), false);
  const TileId tile = m_tile ? m_tile(good->maxZoom) : TileId{};
  m_atlas.probe(*good, tile, [this, guard = QPointer<TileOnlineForm>(this)](bool isGood, const QString& sentence) {
    if (!guard) return;
    m_test->setEnabled(true);
    say(sentence, !isGood);
  });
}

void TileOnlineForm::say(const QString& sentence, bool isError) {
  m_words->setProperty("kind", isError ? QStringLiteral("error") : QStringLiteral("small"));
  m_words->style()->unpolish(m_words);
  m_words->style()->polish(m_words);
  m_words->setText(sentence);
  m_words->setVisible(!sentence.isEmpty());
  emit resized();
}

void TileOnlineForm::takeFocus() {
  m_address->setFocus(Qt::PopupFocusReason);
}

}  // namespace carport::ui
