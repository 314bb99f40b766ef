#include "ui/models/fence_importer.h"

#include <utility>

namespace carport::ui {

FenceImporter::FenceImporter(QObject* parent) : QObject(parent) {}

FenceImporter::~FenceImporter() {
  m_thread.leaveOut();
}

void FenceImporter::read(const QString& path) {
  m_thread.leaveOut();
  m_thread.run(
      this, [path] { return readFenceFile(path); },
      [this, run = ++m_run](const Result<FenceFile>& file) { tell(run, file); });
}

void FenceImporter::tell(quint64 run, const Result<FenceFile>& file) {
  if (run != m_run) return;
  file ? emit done(*file) : emit failed(QString::fromStdString(file.error().message()));
}

}  // namespace carport::ui
