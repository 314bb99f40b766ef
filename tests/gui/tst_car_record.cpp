#include "gateway/api/connection.h"
#include "gateway/api/raw_message.h"
#include "tests/gui/car_page_rig.h"
#include "ui/widgets/car/connection_bar.h"
#include "ui/widgets/car/connections_panel.h"
#include "ui/widgets/car/messages_panel.h"

#include <QClipboard>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTableView>

using namespace carport;
using namespace carport::ui;

namespace {

constexpr PrincipalNumber kCar{427};

TimePoint now() {
  return SystemClock().now();
}

api::Connection connection(Milliseconds ago, std::optional<Milliseconds> length, const char* clientId) {
  api::Connection one;
  one.openedAt = now() - ago;
  if (length) one.closedAt = one.openedAt + *length;
  one.clientId = clientId;
  one.address = "127.0.0.1";
  one.level = 5;
  one.ending = api::ConnectionEnding::keepAlive;
  one.messagesIn = 1'204;
  one.bytesIn = 310'000;
  return one;
}

}  // namespace

/// A car's record on its page: the messages as they come, and how it was connected.
class TestCarRecord : public CarPageRig {
  Q_OBJECT

 private slots:
  void init() {
    makeGateway();
    QVERIFY(m_gateway->listen());
    api::Car car;
    car.principal.number = kCar;
    car.principal.id = "car-0427";
    car.principal.createdAt = now() - std::chrono::hours(24 * 90);
    api::CarPosition position;
    position.car = kCar;
    position.time = now();
    position.connected = true;
    car.position = position;
    m_gateway->answers["GET /api/v2/cars"] = {200, bytes({{"cars", {api::toJson(car)}}})};
    m_gateway->answers["GET /api/v2/cars/car-0427"] = {200, bytes(api::toJson(car))};
    answerConnections({connection(std::chrono::minutes(12), std::nullopt, "new"),
                       connection(std::chrono::minutes(200), std::chrono::minutes(133), "old")});
    attach(1);
    open(kCar, {1200, 2400}, false);
    QTRY_VERIFY(m_gateway->live);
    QTRY_VERIFY(isWatched());
  }
  void cleanup() { takeDown(); }

  void messagesAppearAsTheyCome() {
    QVERIFY(showsText("Nothing has come from this car lately"));
    send({message(R"({"speed":63.50})"), message("not json")});
    QTableView* list = messageList();
    QTRY_COMPARE(list->model()->rowCount(), 2);
    QVERIFY(list->isVisible() && !showsText("Nothing has come from this car lately"));
    QCOMPARE(list->model()->index(0, int(MessageColumn::payload)).data().toString(), QString("not json"));
    QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, list->visualRect(list->model()->index(1, 0)).center());
    QTRY_VERIFY(payload()->isVisible());
    QCOMPARE(payload()->toPlainText(), QString("{\n  \"speed\": 63.50\n}"));
    QVERIFY(showsText("cars/car-0427/telemetry"));
    QTest::mouseClick(button("Copy payload"), Qt::LeftButton);
    QCOMPARE(QGuiApplication::clipboard()->text(), QString(R"({"speed":63.50})"));
    // The chosen one stays chosen while others come.
    send({message("third")});
    QTRY_COMPARE(list->model()->rowCount(), 3);
    QCOMPARE(payload()->toPlainText(), QString("{\n  \"speed\": 63.50\n}"));
  }

  void theListIsUsedByTheKeyboardAlone() {
    send({message("first"), message("second")});
    QTableView* list = messageList();
    QTRY_COMPARE(list->model()->rowCount(), 2);
    list->setFocus();
    QTest::keyClick(list, Qt::Key_Down);
    QTest::keyClick(list, Qt::Key_Down);
    QTRY_COMPARE(payload()->toPlainText(), QString("first"));
    QTest::keyClick(list, Qt::Key_C, Qt::ControlModifier);
    QCOMPARE(QGuiApplication::clipboard()->text(), QString("first"));
    QTest::keyClick(list, Qt::Key_Escape);
    QVERIFY(!payload()->isVisible());
    button("Pause")->setFocus();
    QTest::keyClick(button("Pause"), Qt::Key_Space);
    send({message("third")}, 5);
    QTRY_VERIFY(showsText("Waiting: 1"));
    QVERIFY(showsText("Left out: 5"));
    QCOMPARE(list->model()->rowCount(), 2);
    QTest::keyClick(button("Go on"), Qt::Key_Space);
    QTRY_COMPARE(list->model()->rowCount(), 3);
    QTest::keyClick(button("Clear"), Qt::Key_Space);
    QTRY_COMPARE(list->model()->rowCount(), 0);
    for (const QWidget* widget : {static_cast<QWidget*>(list), static_cast<QWidget*>(payload())}) {
      QVERIFY(!widget->accessibleName().isEmpty());
    }
  }

  void nobodyIsAskedForWhatNobodySees() {
    m_page->hide();
    QTRY_VERIFY(!isWatched());
    m_page->show();
    QTRY_VERIFY(isWatched());
    m_store->setMoment(now() - std::chrono::hours(1));
    QTRY_VERIFY(!isWatched());
    QVERIFY(showsText("kept for the present alone"));
    m_store->setMoment(std::nullopt);
    QTRY_VERIFY(isWatched());
  }

  void connectionsAreSentencesAndABar() {
    QTRY_COMPARE(connectionList()->model()->rowCount(), 2);
    const auto sentence = [this](int row) {
      return connectionList()->model()->index(row, int(ConnectionColumn::sentence)).data().toString();
    };
    QVERIFY2(sentence(0).startsWith("Connected for 12 min from 127.0.0.1 by MQTT 5"), qPrintable(sentence(0)));
    QCOMPARE(sentence(1), QString("Connected 2 h 13 min from 127.0.0.1 by MQTT 5, ended: its keep-alive ran out"));
    QVERIFY(showsText("Refused for a wrong secret: 3×"));
    ConnectionBar& bar = m_page->connections().bar();
    QVERIFY(bar.isVisible());
    QVERIFY2(bar.describe(now() - std::chrono::minutes(5)).startsWith("Connected"),
             qPrintable(bar.describe(now() - std::chrono::minutes(5))));
    bar.setFocus();
    QTest::keyClick(&bar, Qt::Key_End);
    QVERIFY(bar.accessibleDescription().startsWith("Connected"));
    QTest::keyClick(&bar, Qt::Key_Left);
    const QString before = bar.accessibleDescription();
    // Just after midnight the day has one stretch alone.
    QVERIFY(before.startsWith("Not connected") || before.startsWith("Connected"));
  }

  void theFarPastHasTheConnectionsOfThen() {
    QTRY_COMPARE(connectionList()->model()->rowCount(), 2);
    const auto asked = m_gateway->requests.size();
    m_store->setMoment(now() - std::chrono::minutes(100));
    emit m_store->momentSettled();
    QTRY_COMPARE(connectionList()->model()->rowCount(), 1);
    const QString sentence = connectionList()->model()->index(0, int(ConnectionColumn::sentence)).data().toString();
    QVERIFY2(sentence.startsWith("Connected for 1 h 40 min"), qPrintable(sentence));
    QVERIFY(!showsText("Refused for a wrong secret"));
    QTRY_VERIFY(std::any_of(m_gateway->requests.begin() + asked, m_gateway->requests.end(), [](const auto& request) {
      return request.path.contains("/connections?") && request.path.contains("to=");
    }));
  }

  void whatIsNotThereIsSaid() {
    answerConnections({});
    m_page->connections().loader().refresh();
    QTRY_VERIFY(showsText("This car has not connected over MQTT yet."));
    m_gateway->answers["GET /api/v2/cars/car-0427/connections"] = {
        403, R"({"status":403,"kind":"denied","detail":"You may not see this."})"};
    m_page->connections().loader().refresh();
    QTRY_VERIFY(showsText("You may not see this."));
  }

 private:
  static api::RawMessage message(const std::string& payload) {
    api::RawMessage one;
    one.arrival = now();
    one.topic = "cars/car-0427/telemetry";
    one.payload = payload;
    one.isText = true;
    one.bytes = payload.size();
    one.qos = 1;
    one.values = 1;
    return one;
  }
  void send(std::vector<api::RawMessage> messages, std::uint64_t leftOut = 0) {
    nlohmann::json json = api::toJson(api::RawMessages{kCar, std::move(messages), leftOut});
    json["type"] = "messages";
    m_gateway->live->sendTextMessage(QString::fromUtf8(bytes(json)));
  }
  void answerConnections(const std::vector<api::Connection>& connections) {
    nlohmann::json list = nlohmann::json::array();
    for (const auto& one : connections) list.push_back(api::toJson(one));
    const api::AttemptCount refused{kCar, api::AttemptKind::wrongSecret, 3, now(), now(), "192.0.2.9"};
    nlohmann::json attempts = nlohmann::json::array();
    if (!connections.empty()) attempts.push_back(api::toJson(refused));
    m_gateway->answers["GET /api/v2/cars/car-0427/connections"] = {
        200, bytes({{"connections", list}, {"attempts", attempts}})};
  }
  bool isWatched() const {
    return !m_gateway->liveTexts.isEmpty() && m_gateway->liveTexts.last().contains(R"("messages":[427])");
  }
  QTableView* messageList() const { return tableNamed("Messages as they arrived, newest first"); }
  QTableView* connectionList() const { return tableNamed("Connections of this car, newest first"); }
  QTableView* tableNamed(const QString& name) const {
    for (auto* table : m_page->findChildren<QTableView*>()) {
      if (table->accessibleName() == name) return table;
    }
    return nullptr;
  }
  QPlainTextEdit* payload() const { return m_page->messages().findChild<QPlainTextEdit*>(); }
  QPushButton* button(const QString& text) const {
    for (auto* one : m_page->messages().findChildren<QPushButton*>()) {
      if (one->text() == text) return one;
    }
    return nullptr;
  }
};

QTEST_MAIN(TestCarRecord)
#include "tst_car_record.moc"
