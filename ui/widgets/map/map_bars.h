#pragma once

#include "ui/widgets/map/map_sketch.h"

#include <QFrame>

#include <functional>

class QHBoxLayout;
class QLabel;
class QPushButton;
class QToolButton;

namespace carport::ui {

class MapView;

/// A small bar that floats above the map's lower edge: what is so now, and what can be done about it. Owner: MapPage.
class MapBar : public QFrame {
  Q_OBJECT

 public:
  explicit MapBar(QWidget* parent);

 signals:
  /// Came, went or changed its size.
  void changed();

 protected:
  QPushButton* addButton(const QString& icon, const QString& text, const QString& name);
  void addClose(const QString& tip, const QString& name, std::function<void()> run);
  void setWords(const QString& words);
  void setShown(bool shown);

 private:
  QHBoxLayout* m_row;
  QLabel* m_words;
};

/// How many cars are chosen, and what can be done with them; there while there are several. GUI thread.
class ChosenBar : public MapBar {
  Q_OBJECT

 public:
  ChosenBar(MapView& view, QWidget* parent);

 signals:
  void listWanted();
  void commandWanted();

 private:
  void refresh();

  MapView& m_view;
  QPushButton* m_command;
  QPushButton* m_follow;
};

/// What the tool at hand has measured or wants next, with its keys as buttons; there while there is one. GUI thread.
class SketchBar : public MapBar {
  Q_OBJECT

 public:
  SketchBar(MapView& view, QWidget* parent);

 private:
  void refresh();

  MapView& m_view;
  QPushButton* m_close;
  QPushButton* m_again;
};

/// The buttons at the map's upper right: first what is shown (layers, colours), then the tools (area, measure); with
/// their words where there is room. Owner: MapPage. GUI thread.
class MapToolButtons : public QWidget {
  Q_OBJECT

 public:
  MapToolButtons(MapView& view, QWidget* parent);

  QToolButton* layers() const { return m_layers; }
  QToolButton* colours() const { return m_colours; }
  /// One more, before all others. `tip` says in full what `word` says in short.
  QToolButton* addFirst(const QString& icon, const QString& word, const QString& tip, const QString& name);
  /// Takes its size, at most `width` pixels.
  void fitInto(int width);

 private:
  QToolButton* add(const QString& icon, const QString& word, const QString& tip, const QString& name);
  void refresh();

  MapView& m_view;
  QToolButton* m_layers;
  QToolButton* m_colours;
  QToolButton* m_area;
  QToolButton* m_measure;
};

}  // namespace carport::ui
