#pragma once

#include <QFrame>

class QPushButton;

namespace carport::ui {

/// What to do while there is no car yet: three ways on. Owner: MapPage. GUI thread.
class MapWelcome : public QFrame {
  Q_OBJECT

 public:
  explicit MapWelcome(QWidget* parent);

  /// Without a gateway inside the program there is nothing that a demonstration could drive through.
  void setDemonstrationPossible(bool possible);

 signals:
  void demonstrationWanted();
  void addCarWanted();
  void connectWanted();

 private:
  QPushButton* addChoice(const QString& icon, const QString& text, const char* kind);

  QPushButton* m_demonstration = nullptr;
};

}  // namespace carport::ui
