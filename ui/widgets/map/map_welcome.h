#pragma once

#include <QFrame>

class QLabel;
class QPushButton;

namespace carport::ui {

/// What to do while there is no car yet: three ways on. Owner: MapPage. GUI thread.
class MapWelcome : public QFrame {
  Q_OBJECT

 public:
  explicit MapWelcome(QWidget* parent);

  /// Without a gateway inside the program there is nothing that a demonstration could drive through.
  void setDemonstrationPossible(bool possible);
  /// Without a gateway nobody knows what cars there are, and the one thing to do is to connect.
  void setConnected(bool connected);
  /// As high as the text needs at the card's width; a layout's own hint is for a width that its parts would like.
  QSize sizeHint() const override;

 signals:
  void demonstrationWanted();
  void addCarWanted();
  void connectWanted();

 private:
  QPushButton* addChoice(const QString& icon, const QString& text, const QString& words, const char* kind);

  void update();

  QLabel* m_title = nullptr;
  QLabel* m_text = nullptr;
  QPushButton* m_demonstration = nullptr;
  QPushButton* m_add = nullptr;
  bool m_demonstrationPossible = true;
  bool m_connected = true;
};

}  // namespace carport::ui
