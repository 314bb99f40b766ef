#pragma once

#include "ui/models/car_query_help.h"

#include <QLineEdit>

#include <functional>

class QCompleter;
class QStringListModel;

namespace carport::ui {

/// The field in which cars are searched: offers the words of the query as they are written. Down or Enter leads into
/// the table, Esc empties it. Owner: CarsPage. GUI thread.
class CarSearchField : public QLineEdit {
  Q_OBJECT

 public:
  explicit CarSearchField(QWidget* parent = nullptr);

  /// What the fleet has, asked when something is to be offered.
  void setWords(std::function<CarWords()> words) { m_words = std::move(words); }

 signals:
  /// The keyboard goes to what was found.
  void tableWanted();

 protected:
  void keyPressEvent(QKeyEvent* event) override;
  void focusOutEvent(QFocusEvent* event) override;

 private:
  void offer();
  void take(const QString& offer);

  std::function<CarWords()> m_words;
  CarQueryHelp m_help;
  QCompleter* m_completer = nullptr;
  QStringListModel* m_offers = nullptr;
};

}  // namespace carport::ui
