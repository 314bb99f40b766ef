#pragma once

#include <QLabel>

namespace carport::ui {

/// One line of text that gives way where there is no room for it: cut off with “…”, and whole as a tooltip. The window
/// may so become narrower than its longest sentence. Owner: its parent.
class ElidedLabel : public QLabel {
  Q_OBJECT

 public:
  explicit ElidedLabel(QWidget* parent = nullptr);

  /// Use this in place of QLabel::setText.
  void setFullText(const QString& text);
  const QString& fullText() const { return m_full; }

  QSize sizeHint() const override;
  QSize minimumSizeHint() const override;

 protected:
  void resizeEvent(QResizeEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  void elide();

  QString m_full;
};

}  // namespace carport::ui
