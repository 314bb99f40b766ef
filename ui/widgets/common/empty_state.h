#pragma once

#include <QString>
#include <QWidget>

class QLabel;
class QPushButton;

namespace carport::ui {

/// What a page shows where it has nothing to show: what that means and what to do next. Owner: the page.
class EmptyState : public QWidget {
  Q_OBJECT

 public:
  /// `icon` names a file in resources/icons. Without `action` there is no button.
  EmptyState(const QString& icon, const QString& title, const QString& text, const QString& action = {},
             QWidget* parent = nullptr);

  void setText(const QString& title, const QString& text);

 signals:
  void actionRequested();

 protected:
  void changeEvent(QEvent* event) override;

 private:
  void paintIcon();
  /// As high as the wrapped text is.
  void fitText();

  QString m_iconName;
  QLabel* m_icon = nullptr;
  QLabel* m_title = nullptr;
  QLabel* m_text = nullptr;
};

}  // namespace carport::ui
