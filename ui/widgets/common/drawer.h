#pragma once

#include <QFrame>
#include <QPointer>

class QPropertyAnimation;
class QScrollArea;

namespace carport::ui {

class ElidedLabel;

/// The panel that slides in from the right edge of its parent. What does not fit is scrolled. Owner: the main window.
class Drawer : public QFrame {
  Q_OBJECT

 public:
  explicit Drawer(QWidget* parent);

  /// Takes `content` over, and slides in where it was closed.
  void open(const QString& title, QWidget* content);
  void setTitle(const QString& title);
  /// Puts the keyboard into what is shown; closing gives it back to where it was.
  void takeFocus();
  void close();
  /// What is shown; null while closed.
  QWidget* content() const { return m_content; }
  /// How wide it is when open: more with larger text, never more than its parent.
  int openWidth() const;
  /// Another width in pixels at 100 % text; 0: the usual. No narrower than that, and never all of the parent.
  void setWidth(int pixels);
  /// The width that was chosen; 0: the usual.
  int chosenWidth() const { return m_width; }
  /// By so many steps wider, or narrower.
  void widen(int steps);
  bool isOpen() const { return m_open; }
  /// Keeps to the right edge of the parent; call when the parent's size changed.
  void place();

 signals:
  void closed();
  /// openWidth() is another, by the hand.
  void resized();

 protected:
  void keyPressEvent(QKeyEvent* event) override;
  void changeEvent(QEvent* event) override;
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  double textScale() const;
  void dragEdge(int x);
  void slideTo(bool open);
  void dropContent();

  ElidedLabel* m_title = nullptr;
  QScrollArea* m_scroll = nullptr;
  QWidget* m_content = nullptr;
  QPropertyAnimation* m_slide = nullptr;
  QWidget* m_edge = nullptr;  ///< the left one, for the hand
  QPointer<QWidget> m_focusBefore;
  int m_width = 0;  ///< at 100 % text
  bool m_open = false;
};

}  // namespace carport::ui
