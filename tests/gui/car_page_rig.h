#pragma once

#include "gateway/api/json_codec.h"
#include "tests/unit/client/tiny_gateway.h"
#include "ui/client/gateway_client.h"
#include "ui/models/car_store.h"
#include "ui/models/fleet_feed.h"
#include "ui/widgets/car/car_page.h"
#include "ui/widgets/style/apply_theme.h"

#include <QLabel>
#include <QtTest>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <memory>

namespace carport::ui {

/// A car's page on a gateway whose answers a test lays down: makeGateway(), the answers, attach(), open().
class CarPageRig : public QObject {
 protected:
  static QByteArray bytes(const nlohmann::json& json) { return QByteArray::fromStdString(json.dump()); }

  void makeGateway() { m_gateway = std::make_unique<TinyGateway>(); }

  /// Until the store has so many cars.
  void attach(std::size_t cars) {
    m_client = std::make_unique<GatewayClient>();
    m_store = std::make_unique<CarStore>();
    m_feed = std::make_unique<FleetFeed>(*m_client, *m_store);
    m_client->connectWithToken(m_gateway->url(), "t");
    QTRY_COMPARE(m_store->size(), cars);
    applyTheme(*qApp, Theme::light());
  }

  void open(PrincipalNumber car, QSize size, bool compact) {
    m_page = std::make_unique<CarPage>(*m_client, *m_store);
    m_page->setCompact(compact);
    m_page->resize(size);
    m_page->show();
    m_page->showCar(car);
    QVERIFY(QTest::qWaitForWindowExposed(m_page.get()));
  }

  void takeDown() {
    m_page.reset();
    m_feed.reset();
    m_store.reset();
    m_client.reset();
    m_gateway.reset();
  }

  QLabel* labelWith(const QString& text) const {
    const auto labels = m_page->findChildren<QLabel*>();
    const auto it = std::find_if(labels.begin(), labels.end(), [&](const QLabel* label) {
      return label->isVisible() && label->text().contains(text);
    });
    return it == labels.end() ? nullptr : *it;
  }
  bool showsText(const QString& text) const { return labelWith(text) != nullptr; }

  std::unique_ptr<TinyGateway> m_gateway;
  std::unique_ptr<GatewayClient> m_client;
  std::unique_ptr<CarStore> m_store;
  std::unique_ptr<FleetFeed> m_feed;
  std::unique_ptr<CarPage> m_page;
};

}  // namespace carport::ui
