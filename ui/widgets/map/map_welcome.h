#pragma once

#include <QFrame>

class QPushButton;

namespace carport::ui {

/// What to do while there is no car yet: three ways on. Owner: MapPage. GUI thread.
class MapWelcome : public QFrame {
  Q_OBJECT

 public:
  explicit MapWelcome(QWidget* parent);

 signals:
  void demonstrationWanted();
  void addCarWanted();
  void connectWanted();

 private:
  QPushButton* addChoice(const QString& icon, const QString& text, const char* kind);
};

}  // namespace carport::ui
