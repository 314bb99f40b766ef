#include "gateway/server/nitrogen/sample_interest.h"
#include "gateway/server/nitrogen/share.h"

#include <QtTest>

#include <string>

using namespace carport;

namespace {
constexpr PrincipalNumber kVan{7}, kBus{8};

/// Places of the types in SampleInterest::kTypes as which this car's samples are wanted, as digits.
std::string wanted(const SampleInterest& interest, PrincipalNumber car) {
  std::string types;
  for (std::size_t i = 0; i < SampleInterest::kTypeCount; ++i) {
    if (interest.wants(car, i)) types += std::to_string(i);
  }
  return types;
}
}  // namespace

/// What subscribers of Nitrogen's API have together.
class TestNitrogenShares : public QObject {
  Q_OBJECT

 private slots:
  void samplesThatNobodyWantsAreNotMadeMessages() {
    SampleInterest interest;
    QVERIFY(interest.empty());
    interest.add({}, "heartbeat");  // no sample is one
    interest.add(kVan, "_own");
    QVERIFY(interest.empty());
    interest.add(kVan, "temperature");
    QCOMPARE(wanted(interest, kVan), std::string("1"));
    QCOMPARE(wanted(interest, kBus), std::string());
    interest.add({}, "location");
    QCOMPARE(wanted(interest, kVan), std::string("01"));
    QCOMPARE(wanted(interest, kBus), std::string("0"));
    interest.add(kBus, {});
    QCOMPARE(wanted(interest, kBus), std::string("01234"));
    QCOMPARE(wanted(interest, kVan), std::string("01"));
  }

  void aShareIsCountedForOneAndForAnOrganisation() {
    Share share(kVan, "acme");
    share.add(kBus, "acme");
    share.add(kBus, "other");
    share.add(kBus, "");
    QVERIFY(!share.isUsedUp(1, 2));
    QVERIFY(share.isUsedUp(1, 1));
    share.add(kVan, "acme");
    QVERIFY(share.isUsedUp(1, 9));
    QVERIFY(share.isUsedUp(9, 2));
  }

  void theHouseMayHaveAll() {
    Share share(kVan, "");
    for (int i = 0; i < 100; ++i) share.add(kBus, "");
    QVERIFY(!share.isUsedUp(1, 1));
    share.add(kVan, "");
    QVERIFY(share.isUsedUp(1, 1));
  }
};

QTEST_GUILESS_MAIN(TestNitrogenShares)
#include "tst_nitrogen_shares.moc"
