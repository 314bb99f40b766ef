#pragma once

#include "ui/models/fence_file.h"

#include <QWidget>

#include <vector>

class QLabel;
class QListWidget;
class QProgressBar;
class QPushButton;

namespace carport::ui {

class FenceSaver;
class Notice;

/// What a file would make, in the drawer, before anything is saved: every fence with a tick, and what is left out.
/// Owner: the drawer; the saver outlives it. GUI thread.
class FenceImportPanel : public QWidget {
  Q_OBJECT

 public:
  FenceImportPanel(FenceSaver& saver, const QString& path, QWidget* parent = nullptr);

  /// The file was read.
  void setFile(const FenceFile& file);
  /// Why it could not be.
  void refuse(const QString& sentence);
  /// Those that are ticked.
  std::vector<api::Fence> wanted() const;

 signals:
  /// wanted() has others now.
  void changed();
  void saveWanted();
  /// Nothing more is to be saved.
  void leaveWanted();

 private:
  void fillList();
  void refresh();
  void refreshNotes(const FenceFile& file);
  void onProgress();
  void onFinished();

  FenceSaver& m_saver;
  std::vector<api::Fence> m_fences;
  QLabel* m_head = nullptr;
  QListWidget* m_list = nullptr;
  QLabel* m_notes = nullptr;
  QProgressBar* m_bar = nullptr;
  QPushButton* m_save = nullptr;
  QPushButton* m_leave = nullptr;
  Notice* m_notice = nullptr;
  QString m_name;
  bool m_isRead = false;
};

}  // namespace carport::ui
