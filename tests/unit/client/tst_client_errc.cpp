#include "ui/client/client_errc.h"

#include <QtTest>

using carport::Error;
using carport::ErrorKind;
using carport::ui::classify;
using carport::ui::ClientErrc;
using carport::ui::errorFromAnswer;
using carport::ui::FailureClass;

class TestClientErrc : public QObject {
  Q_OBJECT

 private slots:
  void takesOverKindAndSentenceOfTheGateway() {
    const Error error =
        errorFromAnswer(403, R"({"kind":"denied","detail":"Ann may not command car 7; rule 12 denies it","rule":12})");
    QVERIFY(error.kind() == ErrorKind::denied);
    QCOMPARE(QString::fromStdString(error.message()), QString("Ann may not command car 7; rule 12 denies it"));
  }

  void tellsByTheStatusWhereTheBodySaysNothing_data() {
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("kind");
    QTest::newRow("401 HTML") << 401 << QByteArray("<html>no</html>") << int(ErrorKind::unauthenticated);
    QTest::newRow("401 says otherwise") << 401 << QByteArray(R"({"kind":"denied","detail":"m"})")
                                        << int(ErrorKind::unauthenticated);
    QTest::newRow("404 empty") << 404 << QByteArray() << int(ErrorKind::notFound);
    QTest::newRow("409 array") << 409 << QByteArray("[1]") << int(ErrorKind::conflict);
    QTest::newRow("429") << 429 << QByteArray("{}") << int(ErrorKind::limit);
    QTest::newRow("500 wrong types") << 500 << QByteArray(R"({"kind":5,"detail":[]})") << int(ErrorKind::internal);
    QTest::newRow("503") << 503 << QByteArray("{\"error\":5}") << int(ErrorKind::unavailable);
    QTest::newRow("507") << 507 << QByteArray() << int(ErrorKind::full);
    QTest::newRow("redirect") << 302 << QByteArray() << int(ErrorKind::invalid);
  }
  void tellsByTheStatusWhereTheBodySaysNothing() {
    QFETCH(int, status);
    QFETCH(QByteArray, body);
    const Error error = errorFromAnswer(status, body);
    QTEST(int(error.kind()), "kind");
    QVERIFY(!error.message().empty());
  }

  void limitsTheSentenceOfAGateway() {
    const QByteArray body = "{\"kind\":\"invalid\",\"detail\":\"" + QByteArray(100'000, 'x') + "\"}";
    QVERIFY(errorFromAnswer(400, body).message().size() <= 2000);
    for (const QByteArray before : {"", "x"}) {
      const QByteArray umlauts = "{\"detail\":\"" + before + QByteArray("ä").repeated(2000) + "\"}";
      const std::string sentence = errorFromAnswer(400, umlauts).message();
      QCOMPARE(QString::fromStdString(sentence).toStdString(), sentence);  // no letter is cut in two
    }
  }

  void keepsFailuresApart() {
    QVERIFY(classify(ClientErrc::unreachable) == FailureClass::transient);
    QVERIFY(classify(ClientErrc::timedOut) == FailureClass::transient);
    QVERIFY(classify(errorFromAnswer(503, {})) == FailureClass::transient);
    QVERIFY(classify(errorFromAnswer(500, {})) == FailureClass::transient);
    QVERIFY(classify(errorFromAnswer(401, {})) == FailureClass::needsSignIn);
    QVERIFY(classify(ClientErrc::notACarportGateway) == FailureClass::permanent);
    QVERIFY(classify(ClientErrc::certificate) == FailureClass::permanent);
  }
};

QTEST_GUILESS_MAIN(TestClientErrc)
#include "tst_client_errc.moc"
