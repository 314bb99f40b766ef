#pragma once

#include <QFrame>

class QLabel;
class QToolButton;

namespace carport::ui {

/// One sentence at the top of a page or form: what went wrong or right, until it is closed or replaced. Hidden while it
/// has nothing to say. Owner: the page.
class Notice : public QFrame {
  Q_OBJECT

 public:
  explicit Notice(QWidget* parent = nullptr);

  void showError(const QString& sentence);
  void showDone(const QString& sentence);
  /// Worth knowing, and nothing went wrong.
  void showRemark(const QString& sentence);
  void clear();
  QString text() const;

 protected:
  void changeEvent(QEvent* event) override;

 private:
  enum class Kind { error, done, remark };
  void show(const QString& sentence, Kind kind);
  void paintIcon();

  Kind m_kind = Kind::remark;
  QLabel* m_icon = nullptr;
  QLabel* m_text = nullptr;
};

}  // namespace carport::ui
