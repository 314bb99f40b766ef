#pragma once

#include <QPointer>
#include <QWidget>

class QFrame;
class QVBoxLayout;

namespace carport::ui {

/// A card in the upper middle of the window, over everything else, which is dimmed meanwhile: for what one looks at for
/// a moment and puts away again. Esc, a click beside it, or the keyboard going elsewhere puts it away; the keyboard is
/// then where it was before. Owner: the main window, whose child it is. GUI thread.
class OverlayCard : public QWidget {
  Q_OBJECT

 public:
  bool isOpen() const { return isVisible(); }
  void close();

 signals:
  void closed();

 protected:
  /// `width` at 100 %; less where the window is narrower.
  OverlayCard(QWidget& window, int width);

  QVBoxLayout& column() { return *m_column; }
  QFrame& card() { return *m_card; }
  /// Shows it and gives the keyboard to `focus`.
  void openWith(QWidget& focus);
  /// The card takes the height that it needs, at most what there is.
  void arrange();
  /// The height that it has at most.
  int room() const;

  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void changeEvent(QEvent* event) override;
  bool eventFilter(QObject* watched, QEvent* event) override;
  bool focusNextPrevChild(bool next) override;

 private:
  void onFocus(QWidget* now);

  int m_width;
  QFrame* m_card;
  QVBoxLayout* m_column;
  QPointer<QWidget> m_focusBefore;
};

}  // namespace carport::ui
