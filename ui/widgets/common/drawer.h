#pragma once

#include <QFrame>

class QLabel;
class QPropertyAnimation;
class QVBoxLayout;

namespace carport::ui {

/// The panel that slides in from the right edge of its parent and lies over it. Owner: the main window.
class Drawer : public QFrame {
  Q_OBJECT

 public:
  explicit Drawer(QWidget* parent);

  /// Takes `content` over, and slides in where it was closed.
  void open(const QString& title, QWidget* content);
  void close();
  bool isOpen() const { return m_open; }
  /// Keeps to the right edge of the parent; call when the parent's size changed.
  void place();

 signals:
  void closed();

 protected:
  void keyPressEvent(QKeyEvent* event) override;

 private:
  void slideTo(bool open);
  void dropContent();

  QLabel* m_title = nullptr;
  QVBoxLayout* m_column = nullptr;
  QWidget* m_content = nullptr;
  QPropertyAnimation* m_slide = nullptr;
  bool m_open = false;
};

}  // namespace carport::ui
