#include "gateway/server/mqtt/retained_store.h"

#include <QtTest>

#include <fmt/format.h>

using namespace carport;

/// How many retained messages there may be, and of whom.
class TestRetainedStore : public QObject {
  Q_OBJECT

 private slots:
  void oneOrganisationDoesNotTakeAllRoom() {
    m_limits.maxRetained = 10 * kRetainedShares;
    RetainedStore store(m_limits);
    for (int i = 0; i < 10; ++i) QVERIFY(keeps(store, fmt::format("organisations/acme/{}", i), 4));
    QVERIFY(!store.hasRoomFor("organisations/acme/10", "acme", 1));
    QVERIFY(!keeps(store, "organisations/acme/10", 4));
    QVERIFY(keeps(store, "organisations/acme/3", 4, "another text"));  // in the place of one
    QVERIFY(store.hasRoomFor("organisations/beta/1", "beta", 1));
    QVERIFY(keeps(store, "organisations/beta/1", 4));
    for (int i = 0; i < 20; ++i) QVERIFY(keeps(store, fmt::format("plant/{}", i), 0));  // the house has all the rest
    QVERIFY(keeps(store, "organisations/acme/3", 4, ""));                               // taken away
    QVERIFY(keeps(store, "organisations/acme/11", 4));
    QVERIFY(!keeps(store, "organisations/acme/12", 4));
  }

  void bytesCountToo() {
    m_limits.maxRetainedBytes = 1000 * kRetainedShares;
    RetainedStore store(m_limits);
    QVERIFY(keeps(store, "organisations/acme/a", 4, std::string(900, 'x')));
    QVERIFY(!keeps(store, "organisations/acme/b", 4, std::string(200, 'x')));
    QVERIFY(keeps(store, "organisations/acme/a", 4, std::string(950, 'x')));
    QVERIFY(keeps(store, "organisations/beta/b", 4, std::string(900, 'x')));
  }

  void whatWasStoredCountsAfterARestart() {
    m_limits.maxRetained = 2 * kRetainedShares;
    RetainedStore store(m_limits);
    std::vector<RetainedMessage> stored;
    for (const char* topic : {"cars/acme.van/door", "organisations/acme/a", "plant/a"}) {
      RetainedMessage message;
      message.topic = topic;
      message.payload = "x";
      stored.push_back(message);
    }
    store.load(std::move(stored), [](std::string_view topic) {
      if (topic.starts_with("cars/")) return RetainedStore::Owner{PrincipalNumber{7}, 4};
      return RetainedStore::Owner{{}, topic.starts_with("plant") ? std::uint8_t{0} : std::uint8_t{4}};
    });
    QCOMPARE(store.size(), std::size_t{3});
    QVERIFY(!store.hasRoomFor("organisations/acme/b", "acme", 1));
    QVERIFY(store.hasRoomFor("organisations/acme/a", "acme", 1));
    QVERIFY(store.hasRoomFor("organisations/beta/b", "beta", 1));
  }

 private:
  static bool keeps(RetainedStore& store, const std::string& topic, std::uint8_t organisationBytes,
                    const std::string& payload = "x") {
    auto message = std::make_shared<MqttMessage>();
    message->topic = topic;
    message->payload = payload;
    message->organisationBytes = organisationBytes;
    return store.put(message, [](bool) { return true; }) == RetainedStore::Kept::yes;
  }

  MqttLimits m_limits;
};

QTEST_GUILESS_MAIN(TestRetainedStore)
#include "tst_retained_store.moc"
