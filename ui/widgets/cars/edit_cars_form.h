#pragma once

#include "ui/models/car_edit.h"
#include "ui/widgets/commands/batch.h"

#include <QWidget>

#include <vector>

class QComboBox;
class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;
class QVBoxLayout;

namespace carport::ui {

class CarStore;
class GatewayClient;
class Notice;

/// Changes groups, tags, an attribute or the access of many cars: says beforehand what would become of them, then asks
/// the gateway car by car and can be stopped. Owner: the drawer. GUI thread.
class EditCarsForm : public QWidget {
  Q_OBJECT

 public:
  EditCarsForm(GatewayClient& client, const CarStore& store, std::vector<PrincipalNumber> cars,
               QWidget* parent = nullptr);

 private:
  QLineEdit* addField(QVBoxLayout& column, const QString& label, const QString& hint);
  void build();
  CarEdit edit() const;
  std::vector<CarStore::Row> rows() const;
  void refresh();
  /// Changes, or, while that is under way, stops.
  void submit();
  void changeCar(const QString& id, const CarEdit& edit, Batch::Answer answer);
  void onFinished();

  GatewayClient& m_client;
  const CarStore& m_store;
  std::vector<PrincipalNumber> m_cars;
  QLineEdit* m_join = nullptr;
  QLineEdit* m_leave = nullptr;
  QLineEdit* m_addTags = nullptr;
  QLineEdit* m_removeTags = nullptr;
  QLineEdit* m_attribute = nullptr;
  QLineEdit* m_text = nullptr;
  QComboBox* m_access = nullptr;
  QLabel* m_preview = nullptr;
  QPushButton* m_submit = nullptr;
  QProgressBar* m_progress = nullptr;
  Notice* m_notice = nullptr;
  Batch m_batch;
};

}  // namespace carport::ui
