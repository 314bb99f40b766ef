#include "ui/models/fence_importer.h"

#include <utility>

namespace carport::ui {

FenceImporter::FenceImporter(QObject* parent) : QObject(parent) {
  m_thread.setMaxThreadCount(1);
}

FenceImporter::~FenceImporter() {
  m_thread.clear();
  m_thread.waitForDone();
}

void FenceImporter::read(const QString& path) {
  m_thread.clear();
  const quint64 run = ++m_run;
  m_thread.start([this, path, run] {
    auto file = std::make_shared<const Result<FenceFile>>(readFenceFile(path));
    // The destructor waits for this function, so `this` is alive; a queued call is dropped with its receiver.
    QMetaObject::invokeMethod(
        this, [this, path, run, file = std::move(file)] { tell(run, *file); }, Qt::QueuedConnection);
  });
}

void FenceImporter::tell(quint64 run, const Result<FenceFile>& file) {
  if (run != m_run) return;
  file ? emit done(*file) : emit failed(QString::fromStdString(file.error().message()));
}

}  // namespace carport::ui
