#pragma once

#include <QStringList>
#include <QWidget>

class QCompleter;
class QLabel;
class QLineEdit;
class QListWidget;

namespace carport::ui {

class CarStore;

/// One or several cars, by id or name with completion; those taken are listed and can be taken out again.
/// Owner: the command form. GUI thread.
class CarPicker : public QWidget {
  Q_OBJECT

 public:
  /// Most cars one command can be sent to at a time from here.
  static constexpr int kMaxCars = 500;

  explicit CarPicker(const CarStore& store, QWidget* parent = nullptr);

  /// Ids of the cars that were taken.
  QStringList cars() const;
  void setCars(const QStringList& ids);
  /// What is typed and not yet taken, so that a form can take it on its way.
  bool takeTyped();

 signals:
  void changed();

 private:
  void add(const QString& id);
  void removeSelected();
  void updateHint();

  const CarStore& m_store;
  QLineEdit* m_field = nullptr;
  QListWidget* m_list = nullptr;
  QLabel* m_hint = nullptr;
};

}  // namespace carport::ui
