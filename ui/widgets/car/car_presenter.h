#pragma once

#include "gateway/api/car.h"
#include "ui/client/reply.h"
#include "ui/client/requests.h"
#include "ui/models/car_store.h"
#include "ui/models/command_draft.h"
#include "ui/models/command_model.h"
#include "ui/models/event_model.h"
#include "ui/models/values_model.h"

#include <QObject>
#include <QPair>
#include <QString>
#include <QStringList>
#include <QTimer>

#include <optional>
#include <vector>

namespace carport::ui {

class GatewayClient;

/// Everything the page of one car says, so that its widgets only draw: fetches, follows, and puts into words. Owner:
/// CarPage; lives shorter than client and store. GUI thread.
class CarPresenter : public QObject {
  Q_OBJECT

 public:
  using Facts = std::vector<QPair<QString, QString>>;
  /// A field that was refused, in words.
  struct RefusalLine {
    QString field;
    QString reason;
    QString age;
    bool operator==(const RefusalLine&) const = default;
  };

  CarPresenter(GatewayClient& client, CarStore& store, QObject* parent = nullptr);
  ~CarPresenter() override;

  /// Turns to another car; number 0 to none.
  void setCar(PrincipalNumber car);
  PrincipalNumber car() const { return m_number; }
  /// The car was there and is no longer, or may no longer be seen.
  bool isGone() const;

  QString title() const;
  QString doing() const;
  api::CarPosition position() const;
  QStringList alarms() const;
  std::vector<RefusalLine> refusals() const;
  Facts facts() const;
  /// As it is registered: with groups and attributes as the newest list has them.
  api::Principal registered() const;
  /// Why the car's details could not be fetched; empty where they could.
  const QString& trouble() const { return m_trouble; }

  ValuesModel& values() { return m_values; }
  CommandModel& commands() { return m_commands; }
  EventModel& events() { return m_events; }
  GatewayClient& client() { return m_client; }
  CarStore& store() { return m_store; }

  /// Sends what `draft` says. Answers by commandSent() or commandRefused().
  void sendCommand(const CommandDraft& draft);
  void cancelCommand(const QString& commandId);

 signals:
  /// Another car.
  void carChanged();
  /// What it is doing, its alarms, refusals or facts.
  void changed();
  void commandSent();
  /// A sentence that says why not.
  void commandRefused(const QString& sentence);

 private:
  void fetch();
  void setState(const api::CarState& state);
  /// What the store has of the car at the moment of the past that is shown.
  void takePastState(PrincipalNumber car);
  void stop();

  GatewayClient& m_client;
  CarStore& m_store;
  PrincipalNumber m_number;
  QString m_id;
  std::optional<api::Principal> m_principal;
  std::optional<api::CarState> m_state;
  QString m_trouble;
  bool m_watching = false;
  ValuesModel m_values;
  CommandModel m_commands;
  EventModel m_events;
  Reply<Car> m_carReply;
  Reply<api::Command> m_commandReply;
  QTimer m_tick;
};

}  // namespace carport::ui
