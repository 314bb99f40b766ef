#include "gateway/api/json_codec.h"
#include "gateway/api/limit.h"

#include <QtTest>

#include <nlohmann/json.hpp>

#include <string>

using namespace carport;
using namespace carport::api;

namespace {

nlohmann::json limitJson() {
  return {{"whom", "*"}, {"measure", "messagesPerSecond"}, {"most", 10}, {"reaction", "reject"}};
}

std::string refusalOf(const nlohmann::json& json) {
  const auto limit = fromJson<Limit>(json);
  return limit ? std::string() : limit.error().message();
}

}  // namespace

/// What a limit may say, and how addresses and networks are read.
class TestLimit : public QObject {
  Q_OBJECT

 private slots:
  void addressesAreRead_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("source");  // empty: it is no address
    for (const auto& [text, source] :
         std::initializer_list<std::pair<const char*, const char*>>{{"10.0.0.1", "10.0.0.1"},
                                                                    {"255.255.255.255", "255.255.255.255"},
                                                                    {"::1", "0:0:0:0::/64"},
                                                                    {"[::1]", "0:0:0:0::/64"},
                                                                    {"fe80::1%eth0", "fe80:0:0:0::/64"},
                                                                    {"2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"},
                                                                    {"2001:db8::", "2001:db8:0:0::/64"},
                                                                    {"::ffff:192.0.2.7", "192.0.2.7"},
                                                                    {"::", "0:0:0:0::/64"},
                                                                    {"1.2.3", ""},
                                                                    {"1.2.3.4.5", ""},
                                                                    {"1.2.3.256", ""},
                                                                    {"1.2.3.04", ""},
                                                                    {"1.2.3.-4", ""},
                                                                    {"", ""},
                                                                    {"host.example", ""},
                                                                    {":", ""},
                                                                    {":::", ""},
                                                                    {"1::2::3", ""},
                                                                    {"12345::", ""},
                                                                    {"1:2:3:4:5:6:7", ""},
                                                                    {"1:2:3:4:5:6:7:8:9", ""},
                                                                    {"1:2:3:4:5:6:7:8::", ""},
                                                                    {"1:2:3:4:5:6:7:", ""},
                                                                    {"::1.2.3", ""},
                                                                    {"1.2.3.4::", ""},
                                                                    {"1:2.3.4.5::6", ""},
                                                                    {"g::", ""}}) {
      QTest::newRow(text) << text << source;
    }
  }
  void addressesAreRead() {
    QFETCH(QString, text);
    QFETCH(QString, source);
    const auto address = parseAddress(text.toStdString());
    QCOMPARE(address.has_value(), !source.isEmpty());
    if (address) QCOMPARE(QString::fromStdString(sourceText(text.toStdString())), source);
  }

  void aNetworkHasWhatBeginsAsItDoes() {
    QVERIFY(Network::parse("10.0.0.0/15")->contains(*parseAddress("10.1.255.255")));
    QVERIFY(!Network::parse("10.0.0.0/15")->contains(*parseAddress("10.2.0.0")));
    QVERIFY(Network::parse("0.0.0.0/0")->contains(*parseAddress("203.0.113.9")));
    QVERIFY(!Network::parse("0.0.0.0/0")->contains(*parseAddress("2001:db8::1")));
    QVERIFY(Network::parse("2001:db8::/32")->contains(*parseAddress("2001:db8:ffff::1")));
    QVERIFY(!Network::parse("2001:db8::/32")->contains(*parseAddress("2001:db9::1")));
    QVERIFY(Network::parse("192.0.2.7")->contains(*parseAddress("::ffff:192.0.2.7")));
  }

  void networksThatAreNoneAreRefused() {
    for (const char* text : {"10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "::/129", "10.0.0.1/8", "here/8", "/8", ""}) {
      QVERIFY2(!Network::parse(text), text);
    }
  }

  void aLimitIsTheSameAfterJson() {
    Limit limit;
    limit.number = LimitNumber{7};
    limit.organisation = "acme";
    limit.whom = *LimitTarget::parse("group:acme.vans");
    limit.per = LimitPer::principal;
    limit.measure = LimitMeasure::bytesPerDay;
    limit.most = 1'000'000;
    limit.burst = 5'000;
    limit.reaction = LimitReaction::slow;
    limit.note = "SIM cards";
    const auto read = fromJson<Limit>(toJson(limit));
    QVERIFY(read.has_value());
    QVERIFY(*read == limit);
  }

  void whatFitsNotTogetherIsRefused_data() {
    QTest::addColumn<QString>("changes");
    QTest::addColumn<QString>("sentence");
    QTest::newRow("nothing at all") << R"({"most":0})"
                                    << "most";
    QTest::newRow("too much") << R"({"most":10000000000001})"
                              << "most";
    QTest::newRow("no burst") << R"({"burst":0})"
                              << "burst";
    QTest::newRow("a burst of connections") << R"({"measure":"connections","burst":5})"
                                            << "burst";
    QTest::newRow("connections that wait") << R"({"measure":"connections","reaction":"slow"})"
                                           << "slow";
    QTest::newRow("commands that wait") << R"({"measure":"commandsPerHour","reaction":"slow"})"
                                        << "slow";
    QTest::newRow("an unknown measure") << R"({"measure":"smiles"})"
                                        << "measure";
    QTest::newRow("an unknown field") << R"({"mots":5})"
                                      << "mots";
    QTest::newRow("nobody") << R"({"whom":"role:admin"})"
                            << "whom";
    QTest::newRow("no network") << R"({"whom":"address:10.0.0.1/8"})"
                                << "whom";
    QTest::newRow("an organisation's about others") << R"({"organisation":"acme","whom":"organisation:zeta"})"
                                                    << "whom";
    QTest::newRow("an organisation's about a stranger") << R"({"organisation":"acme","whom":"principal:car-1"})"
                                                        << "whom";
    QTest::newRow("an organisation's, for each") << R"({"organisation":"acme","per":"organisation"})"
                                                 << "whom";
    QTest::newRow("an organisation's of addresses")
        << R"({"organisation":"acme","measure":"signInsPerMinute","per":"address"})"
        << "house";
    QTest::newRow("a group that signs in by address")
        << R"({"whom":"group:vans","measure":"signInsPerMinute","per":"address"})"
        << "per";
  }
  void whatFitsNotTogetherIsRefused() {
    QFETCH(QString, changes);
    QFETCH(QString, sentence);
    auto json = limitJson();
    QVERIFY(refusalOf(json).empty());
    json.update(nlohmann::json::parse(changes.toStdString()));
    const auto refusal = QString::fromStdString(refusalOf(json));
    QVERIFY2(refusal.contains(sentence), qPrintable(refusal));
  }
};

QTEST_GUILESS_MAIN(TestLimit)
#include "tst_limit.moc"
