#pragma once

#include "ui/models/palette_item.h"
#include "ui/widgets/palette/shortcuts_card.h"

#include <QKeySequence>
#include <QObject>
#include <QString>

#include <functional>
#include <vector>

class QAction;
class QMenu;
class QWidget;

namespace carport::ui {

/// Everything that can be done from anywhere in the window, once: menus, the palette and the card of keys all read it
/// here. Owner: the main window. GUI thread.
class ActionRegistry : public QObject {
  Q_OBJECT

 public:
  /// What is known of an action when it is added.
  struct Info {
    const char* id;     ///< by which the palette remembers it
    const char* icon;   ///< a file of resources/icons; nullptr: none
    QString text;       ///< as a menu has it, with & before its letter
    QKeySequence keys;  ///< that work in the whole window
    QString localKeys;  ///< keys of a page or part that do the same there, as people write them: "F"
    QString further;    ///< other words that find it
  };

  explicit ActionRegistry(QWidget& window);

  /// A further one, at the end of `menu`, whose title is its group.
  QAction* add(QMenu& menu, const Info& info, const std::function<void()>& run);
  /// Keys that have no action of their own: arrows, Esc. For the card alone.
  void addKeys(const QString& group, const QString& words, const QString& keys);

  /// What can be done now: for the palette. `pages`: the pages alone, otherwise all others.
  std::vector<PaletteItem> items(bool pages) const;
  /// All keys, in the order of the menus.
  std::vector<ShortcutGroup> shortcuts() const;
  /// From here on actions are pages; endPages() ends that.
  void beginPages() { m_arePages = true; }
  void endPages() { m_arePages = false; }

 private:
  struct Entry {
    QString id;
    QString icon;
    QString group;
    QString words;  ///< of keys without an action
    QString keys;
    QString localKeys;
    QString further;
    QAction* action = nullptr;
    bool isPage = false;
  };

  QWidget& m_window;
  std::vector<Entry> m_entries;
  bool m_arePages = false;
};

}  // namespace carport::ui
