#pragma once

#include <QFrame>

class QLabel;
class QLineEdit;

namespace carport::ui {

/// A secret that is shown this once, with a button that copies it. Owner: the form that made it.
class SecretBox : public QFrame {
  Q_OBJECT

 public:
  explicit SecretBox(QWidget* parent = nullptr);

  /// `explanation` says whose it is and that it cannot be shown again.
  void showSecret(const QString& explanation, const QString& secret);
  void clear();

 private:
  void copy();

  QLabel* m_explanation = nullptr;
  QLineEdit* m_secret = nullptr;
};

}  // namespace carport::ui
