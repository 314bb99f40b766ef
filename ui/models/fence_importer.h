#pragma once

#include "ui/models/fence_file.h"
#include "ui/models/own_thread.h"

#include <QObject>

#include <memory>

namespace carport::ui {

/// Reads files of fences on a thread of its own, one after the other: a large one takes longer than a hand waits.
/// Owner: FenceControls. GUI thread; the destructor waits for the file that is being read.
class FenceImporter : public QObject {
  Q_OBJECT

 public:
  explicit FenceImporter(QObject* parent = nullptr);
  ~FenceImporter() override;

  /// Takes the place of a file that is being read: nothing is told of that one any more.
  void read(const QString& path);
  void cancel() { ++m_run; }

 signals:
  /// What the file would make.
  void done(const carport::ui::FenceFile& file);
  /// Why nothing can be made of it, in a sentence.
  void failed(const QString& sentence);

 private:
  void tell(quint64 run, const Result<FenceFile>& file);

  quint64 m_run = 0;  ///< what is wanted now
  OwnThread m_thread;
};

}  // namespace carport::ui
