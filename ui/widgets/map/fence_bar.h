#pragma once

#include "ui/widgets/map/map_bars.h"

namespace carport::ui {

class FenceEditor;

/// What the fence that is drawn measures or wants next, with its keys as buttons; there while one is drawn or changed,
/// also where the drawer with its form was closed. Owner: MapPage. GUI thread.
class FenceBar : public MapBar {
  Q_OBJECT

 public:
  FenceBar(FenceEditor& editor, QWidget* parent);

 signals:
  /// The form is wanted.
  void formWanted();
  /// The drawing is wanted no more.
  void leaveWanted();

 private:
  void refresh();

  FenceEditor& m_editor;
  QPushButton* m_close;
  QPushButton* m_undo;
  QPushButton* m_redo;
  QPushButton* m_form;
};

}  // namespace carport::ui
