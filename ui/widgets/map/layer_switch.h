#pragma once

#include <QWidget>

#include <optional>

class QCheckBox;
class QHBoxLayout;
class QLabel;
class QProgressBar;
class QToolButton;
class QVBoxLayout;

namespace carport::ui {

/// What stands in the card of layers about one of them, from the beginning.
struct LayerInfo {
  QString id;        ///< as preferences keep it: "streets"
  QString name;      ///< "Streets"
  QString words;     ///< what it shows, or what to do first; one line, plain text
  int rank = 0;      ///< the smallest stands first
  bool isOn = true;  ///< until preferences say otherwise
};

/// A button with an icon alone, as the card of layers has them, at the end of `row`. `tip` is its name for screen
/// readers too.
QToolButton* layerButton(QWidget& parent, QHBoxLayout& row, const QString& icon, const QString& tip,
                         const QString& objectName);

/// One layer of the map: its switch with a line that says how it is, and where there is something to set, a button that
/// unfolds it. Owner: LayerPanel. GUI thread.
class LayerSwitch : public QWidget {
  Q_OBJECT

 public:
  LayerSwitch(const LayerInfo& info, QWidget* parent);

  const QString& id() const { return m_id; }
  int rank() const { return m_rank; }
  bool isOn() const;
  /// As by the hand.
  void setOn(bool on);
  /// How it is now; plain text.
  void setWords(const QString& words);
  /// How much of something that runs is done, 0 to 1; none: nothing runs.
  void setProgress(std::optional<double> share);
  /// A further button in the line; `tip` is its name for screen readers too.
  QToolButton* addButton(const QString& icon, const QString& tip, const QString& objectName);
  /// What the button “Settings of …” unfolds below the line; taken over.
  void setDetails(QWidget* details);
  void openDetails(bool open);
  void takeFocus();

 signals:
  /// isOn() is another, by the hand or by preferences.
  void toggled(bool on);
  /// It takes more or less room.
  void resized();

 private:
  QString m_id;
  int m_rank;
  QVBoxLayout* m_column;
  QHBoxLayout* m_line;
  QCheckBox* m_box;
  QLabel* m_words;
  QProgressBar* m_bar;
  QToolButton* m_unfold = nullptr;
  QWidget* m_details = nullptr;
};

}  // namespace carport::ui
