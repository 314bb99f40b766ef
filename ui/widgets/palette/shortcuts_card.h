#pragma once

#include "ui/widgets/palette/overlay_card.h"

#include <QString>

#include <vector>

class QScrollArea;

namespace carport::ui {

/// What keys do, as the card shows it. A value.
struct ShortcutGroup {
  struct Line {
    QString words;
    QString keys;  ///< "Ctrl+K"; several ways apart by ", "
  };
  QString title;
  std::vector<Line> lines;
};

/// All keys of the portal, in groups. Arrows scroll, Esc puts it away. Owner: the main window. GUI thread.
class ShortcutsCard : public OverlayCard {
  Q_OBJECT

 public:
  explicit ShortcutsCard(QWidget& window);

  void open(const std::vector<ShortcutGroup>& groups);

 protected:
  void changeEvent(QEvent* event) override;

 private:
  void build(const std::vector<ShortcutGroup>& groups);

  std::vector<ShortcutGroup> m_groups;
  QScrollArea* m_scroll;
};

}  // namespace carport::ui
