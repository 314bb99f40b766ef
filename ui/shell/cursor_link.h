#pragma once

#include "gateway/base/clock.h"

#include <QObject>
#include <QPointer>

#include <optional>

namespace carport::ui {

class CarPage;
class GatewayClient;
class MomentMark;

/// Marks on the map where a car was at the moment that the cursor of its plots stands at. Owner: the car's page; the
/// mark may go before it. GUI thread.
class CursorLink : public QObject {
  Q_OBJECT

 public:
  CursorLink(CarPage& page, MomentMark& mark, const GatewayClient& client);
  ~CursorLink() override;

 private:
  void setCursor(std::optional<TimePoint> time);
  void refresh();

  CarPage& m_page;
  QPointer<MomentMark> m_mark;
  const GatewayClient& m_client;
  std::optional<TimePoint> m_cursor;
};

}  // namespace carport::ui
