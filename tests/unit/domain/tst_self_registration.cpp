#include "gateway/domain/qr_picture.h"
#include "gateway/domain/self_registration.h"

#include <QtTest>

#include <algorithm>
#include <set>

using namespace carport;

/// Provisioning keys in passwords, claim codes as people type them, and their QR codes.
class TestSelfRegistration : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() { QVERIFY(initCryptography().has_value()); }

  void aKeyIsFoundInAPassword() {
    const std::string key = makeProvisioningKey();
    QVERIFY(key.starts_with("cpk_") && key.size() > 40 && key.find('.') == std::string::npos);
    QCOMPARE(provisioningKeyIn(key + ".a-secret-of-sixteen"), std::string_view(key));
    QVERIFY(provisioningKeyIn(key).empty());
    QVERIFY(provisioningKeyIn(key + ".short").empty());
    QVERIFY(provisioningKeyIn("cp_" + key + ".a-secret-of-sixteen").empty());
    QVERIFY(provisioningKeyIn("").empty());
  }

  void whatCannotBeIsRefusedBeforeItIsStored() {
    const SecretKey secretKey = makeSecretKey();
    api::Principal device;
    device.id = "a/b";
    QVERIFY(!prepareSelfRegistration("cpk_x", "a-secret-of-sixteen", device, secretKey).has_value());
    device.id = "van-1";
    QVERIFY(!prepareSelfRegistration("cpk_x", "short", device, secretKey).has_value());
    const auto ready = prepareSelfRegistration("cpk_x", "a-secret-of-sixteen", device, secretKey);
    QVERIFY(ready && ready->device->principal.type == api::PrincipalType::device);
    QVERIFY(verifyDeviceSecret("a-secret-of-sixteen", *ready->device->secret, secretKey));
  }

  void codesAreReadAsTheyAreTyped() {
    std::set<std::string> seen;
    for (int i = 0; i < 1000; ++i) {
      const std::string code = makeClaimCode();
      QCOMPARE(code.size(), std::size_t{9});
      QVERIFY(code.find_first_of("BIOQSUZ01") == std::string::npos);
      QCOMPARE(readClaimCode(code), code);
      seen.insert(code);
    }
    QVERIFY(seen.size() > 990);
    QCOMPARE(readClaimCode(" acde 2345 "), std::string("ACDE-2345"));
    QCOMPARE(readClaimCode("ACDE2345"), std::string("ACDE-2345"));
    for (const char* wrong :
         {"", "ACDE", "ACDE-234", "ACDE-23456", "2345-ACDE", "ABDE-2345", "ACDE-2340", "ACDE_2345"}) {
      QVERIFY2(readClaimCode(wrong).empty(), wrong);
    }
    const SecretKey one = makeSecretKey();
    const SecretKey two = makeSecretKey();
    QVERIFY(hashClaimCode("ACDE-2345", one) == hashClaimCode("ACDE-2345", one));
    QVERIFY(hashClaimCode("ACDE-2345", one) != hashClaimCode("ACDE-2345", two));
  }

  void aQrCodeHasItsFinderPatterns() {
    const auto picture = QrPicture::of("ACDE-2345");
    QVERIFY(picture.has_value());
    QCOMPARE(picture->side(), std::size_t{21});  // version 1
    const std::size_t far = picture->side() - 7;
    for (const auto& [x, y] :
         {std::pair{std::size_t{0}, std::size_t{0}}, std::pair{far, std::size_t{0}}, std::pair{std::size_t{0}, far}}) {
      for (std::size_t i = 0; i < 7; ++i) QVERIFY(picture->isDark(x + i, y) && picture->isDark(x, y + i));
      QVERIFY(!picture->isDark(x + 1, y + 1) && picture->isDark(x + 3, y + 3));
    }
    QVERIFY(picture->svg().starts_with("<svg") && picture->svg().ends_with("</svg>"));
    QVERIFY(picture->svg().find("viewBox=\"0 0 29 29\"") != std::string::npos);
    const std::string blocks = picture->blocks();
    QCOMPARE(std::count(blocks.begin(), blocks.end(), '\n'), std::ptrdiff_t{15});
    QVERIFY(!QrPicture::of("").has_value());
    QVERIFY(!QrPicture::of(std::string(QrPicture::kMaxTextBytes + 1, 'x')).has_value());
  }

  void anOldSecretIsGoodForTheOverlapOnly() {
    PrincipalRecord car;
    const TimePoint now = fromMs(1'000'000);
    const DeviceSecret first{{1}, {1}}, second{{2}, {2}}, third{{3}, {3}};
    replaceSecret(car, first, now, std::chrono::seconds(60));
    QVERIFY(car.secret == first && !car.retiring);  // there was none before
    replaceSecret(car, second, now, std::chrono::seconds(60));
    QVERIFY(car.secret == second && car.retiring->secret == first);
    QCOMPARE(toMs(car.retiring->until), std::int64_t{1'060'000});
    replaceSecret(car, third, now, std::chrono::seconds(0));
    QVERIFY(car.secret == third && !car.retiring);
  }
};

QTEST_GUILESS_MAIN(TestSelfRegistration)
#include "tst_self_registration.moc"
