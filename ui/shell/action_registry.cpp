#include "ui/shell/action_registry.h"

#include <QAction>
#include <QMenu>
#include <QRegularExpression>
#include <QWidget>

#include <algorithm>

namespace carport::ui {
namespace {

/// A menu's text without the sign before its letter.
QString plainText(QString text) {
  return text.remove(QRegularExpression(QStringLiteral("&(?!&)")));
}

QString joined(const QString& first, const QString& second) {
  if (first.isEmpty() || second.isEmpty()) return first + second;
  return first + QStringLiteral(", ") + second;
}

}  // namespace

ActionRegistry::ActionRegistry(QWidget& window) : QObject(&window), m_window(window) {}

QAction* ActionRegistry::add(QMenu& menu, const Info& info, const std::function<void()>& run) {
  QAction* action = menu.addAction(info.text);
  action->setShortcut(info.keys);
  // Keys that are a part's own stand beside the words, and are no shortcut of the window.
  if (info.keys.isEmpty() && !info.localKeys.isEmpty()) action->setText(info.text + QLatin1Char('\t') + info.localKeys);
  connect(action, &QAction::triggered, &m_window, run);
  m_entries.push_back({QStringLiteral("action:") + QLatin1String(info.id),
                       QLatin1String(info.icon),
                       plainText(menu.title()),
                       {},
                       info.keys.toString(QKeySequence::NativeText),
                       info.localKeys,
                       info.further,
                       action,
                       m_arePages});
  return action;
}

void ActionRegistry::addKeys(const QString& group, const QString& words, const QString& keys) {
  m_entries.push_back({{}, {}, group, words, keys, {}, {}, nullptr, false});
}

std::vector<PaletteItem> ActionRegistry::items(bool pages) const {
  std::vector<PaletteItem> items;
  for (const Entry& entry : m_entries) {
    if (!entry.action || entry.isPage != pages || !entry.action->isEnabled()) continue;
    PaletteItem item;
    item.key = entry.id;
    item.title = plainText(entry.action->text().section(QLatin1Char('\t'), 0, 0));
    item.detail = pages ? QString() : entry.group;
    item.hint = joined(entry.keys, entry.localKeys).section(QStringLiteral(", "), 0, 0);
    item.icon = entry.icon;
    item.further = entry.further;
    item.run = [action = entry.action] { action->trigger(); };
    items.push_back(std::move(item));
  }
  return items;
}

std::vector<ShortcutGroup> ActionRegistry::shortcuts() const {
  std::vector<ShortcutGroup> groups;
  for (const Entry& entry : m_entries) {
    const QString keys = joined(entry.keys, entry.localKeys);
    if (keys.isEmpty()) continue;
    auto group =
        std::find_if(groups.begin(), groups.end(), [&](const ShortcutGroup& g) { return g.title == entry.group; });
    if (group == groups.end()) group = groups.insert(groups.end(), {entry.group, {}});
    const QString words = entry.action ? plainText(entry.action->text().section(QLatin1Char('\t'), 0, 0)) : entry.words;
    group->lines.push_back({words, keys});
  }
  return groups;
}

}  // namespace carport::ui
