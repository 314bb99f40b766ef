#include "ui/models/message_text.h"

#include <QtTest>

#include <string>

using namespace carport;
using namespace carport::ui;

/// What cars sent that mean no good; tst_list_models has what honest ones send.
class TestMessageText : public QObject {
  Q_OBJECT

 private slots:
  void bracketsAsDeepAsAMessageCanBeHaveShortLines() {
    const std::size_t deep = api::RawMessage::kMaxPayloadBytes / 2;
    const QString text = indentedJson(std::string(deep, '[') + std::string(deep, ']'));
    QCOMPARE(text.count('['), qsizetype(deep));
    QVERIFY2(text.size() < 2'000'000, qPrintable(QString::number(text.size())));
  }

  void whatFollowsANullByteIsNoJson() {
    QCOMPARE(indentedJson(std::string_view("[1]\0[2]", 7)), QString());
    QCOMPARE(indentedJson(std::string_view("[1]\0", 4)), QString());
  }
};

QTEST_GUILESS_MAIN(TestMessageText)
#include "tst_message_text.moc"
