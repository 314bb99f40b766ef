#pragma once

#include "ui/models/palette_source.h"

#include <QAbstractListModel>
#include <QStringList>

#include <vector>

namespace carport::ui {

enum PaletteRole : int {
  kPaletteDetailRole = Qt::UserRole + 1,  ///< QString
  kPaletteHintRole,                       ///< QString: the keys that do the same
  kPaletteIconRole,                       ///< QString: PaletteItem::icon
  kPaletteGroupRole,                      ///< QString: the heading above it; empty but for the first of a group
};

/// What the palette shows for what is typed: the best of every group, the group with the best thing first; without
/// anything typed what was used last, and what is usual. Owner: the main window; the sources outlive it. GUI thread.
class PaletteModel : public QAbstractListModel {
  Q_OBJECT

 public:
  /// Rows of one group and of all; of a group that is alone.
  static constexpr std::size_t kMaxOfGroup = 6;
  static constexpr std::size_t kMaxAlone = 30;
  static constexpr std::size_t kMaxRows = 30;
  /// What was used last, and how much of it is shown.
  static constexpr qsizetype kMaxRecent = 24;
  static constexpr qsizetype kRecentShown = 6;
  /// Longest key that is remembered.
  static constexpr qsizetype kMaxKey = 300;

  explicit PaletteModel(QObject* parent = nullptr);

  /// Those added first stand first where nothing else decides.
  void addSource(PaletteSource& source) { m_sources.push_back(&source); }
  /// Makes the sources ready, and releases them again.
  void open();
  void close();
  bool isOpen() const { return m_isOpen; }

  void setText(const QString& text);
  /// Asks all sources again: what they know is another now.
  void refresh();
  const PaletteQuery& query() const { return m_query; }

  const PaletteItem* at(int row) const;
  /// Remembers the thing in this row as the newest that was used, and says what is to be run.
  std::function<void()> use(int row);

  /// What was used last, newest first, as preferences keep it.
  const QStringList& recent() const { return m_recent; }
  void setRecent(const QStringList& keys);

  int rowCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;

 signals:
  void recentChanged(const QStringList& keys);

 private:
  struct Row {
    PaletteItem item;
    QString group;  ///< the heading above it
  };
  std::vector<Row> unasked() const;
  std::vector<Row> found() const;
  static void append(std::vector<Row>& rows, const QString& title, std::vector<PaletteItem> items);

  std::vector<PaletteSource*> m_sources;
  std::vector<Row> m_rows;
  PaletteQuery m_query;
  QStringList m_recent;
  bool m_isOpen = false;
};

}  // namespace carport::ui
