#pragma once

#include "ui/client/requests.h"
#include "ui/widgets/commands/batch.h"

#include <QStringList>
#include <QWidget>

#include <optional>

class QComboBox;
class QPlainTextEdit;
class QProgressBar;
class QPushButton;

namespace carport::ui {

class CarPicker;
class CarStore;
class GatewayClient;
class Notice;

/// Composes a command and sends it to one or several cars. Owner: the drawer. GUI thread.
class CommandForm : public QWidget {
  Q_OBJECT

 public:
  CommandForm(GatewayClient& client, const CarStore& store, const QStringList& cars, QWidget* parent = nullptr);

 signals:
  /// The gateway took the command for every car.
  void sent();

 private:
  void build(const CarStore& store, const QStringList& cars);
  /// The command as it is written; none, and said why, where it cannot be sent.
  std::optional<NewCommand> composed();
  /// Sends, or, while that is under way, stops sending.
  void submit();
  void onFinished();

  GatewayClient& m_client;
  CarPicker* m_cars = nullptr;
  QComboBox* m_name = nullptr;
  QPlainTextEdit* m_arguments = nullptr;
  QComboBox* m_life = nullptr;
  QPushButton* m_submit = nullptr;
  Notice* m_notice = nullptr;
  QProgressBar* m_progress = nullptr;
  Batch m_batch;
};

}  // namespace carport::ui
