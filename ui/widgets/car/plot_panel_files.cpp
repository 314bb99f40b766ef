#include "ui/widgets/car/car_presenter.h"
#include "ui/widgets/car/plot_panel.h"
#include "ui/widgets/charts/plot_view.h"
#include "ui/widgets/charts/time_chart.h"
#include "ui/widgets/common/notice.h"
#include "ui/widgets/style/theme.h"

#include <QBuffer>
#include <QDateTime>
#include <QDir>
#include <QFileDialog>
#include <QLocale>
#include <QSaveFile>
#include <QStandardPaths>

namespace carport::ui {

namespace {

/// A picture has twice the screen's pixels, so that it can be printed.
constexpr double kPictureScale = 2;

QString suffixOf(PlotPanel::FileKind kind) {
  switch (kind) {
    case PlotPanel::FileKind::png:
      return QStringLiteral("png");
    case PlotPanel::FileKind::svg:
      return QStringLiteral("svg");
    case PlotPanel::FileKind::csv:
      break;
  }
  return QStringLiteral("csv");
}

QString periodWords(const TimeRange& range) {
  const QString format = QStringLiteral("d MMM yyyy, HH:mm:ss");
  const QDateTime from = QDateTime::fromMSecsSinceEpoch(toMs(range.from));
  const QDateTime to = QDateTime::fromMSecsSinceEpoch(toMs(range.to));
  return QStringLiteral("%1 – %2 (%3)")
      .arg(QLocale().toString(from, format), QLocale().toString(to, format), from.timeZoneAbbreviation());
}

}  // namespace

PlotSheet PlotPanel::sheet() {
  const TimeRange range = m_chart->range();
  QString period = periodWords(range);
  if (m_board.comparison().isOn()) {
    period = tr("%1, dashed: %2").arg(period, periodWords(m_board.comparison().earlier(range)));
  }
  PlotSheet sheet{m_presenter.title(), period, {}};
  for (std::size_t i = 0; i < m_chart->plotCount(); ++i) sheet.plots.push_back(m_chart->plot(i).scene());
  return sheet;
}

void PlotPanel::askForFile(FileKind kind) {
  const QString suffix = suffixOf(kind);
  const QString folder = QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation);
  const QString moment = QDateTime::fromMSecsSinceEpoch(toMs(m_chart->range().from)).toString("yyyy-MM-dd HHmm");
  const QString car = m_board.carId(m_presenter.car());
  auto* dialog = new QFileDialog(this, tr("Save what is seen"), folder);
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setAcceptMode(QFileDialog::AcceptSave);
  dialog->setDefaultSuffix(suffix);
  dialog->setNameFilter(QStringLiteral("%1 (*.%2)").arg(suffix.toUpper(), suffix));
  dialog->selectFile(QStringLiteral("%1 %2.%3").arg(car, moment, suffix));
  connect(dialog, &QFileDialog::fileSelected, this, [this, kind](const QString& file) { exportTo(kind, file); });
  dialog->open();
}

void PlotPanel::exportTo(FileKind kind, const QString& file) {
  m_file = file;
  m_notice->clear();
  // Paper is light.
  const Theme& theme = Theme::light();
  if (kind == FileKind::csv) return m_csv.start(m_chart->range());
  if (kind == FileKind::svg) return writeFile(plotSvg(sheet(), theme));
  QByteArray png;
  QBuffer buffer(&png);
  if (!plotImage(sheet(), theme, kPictureScale).save(&buffer, "PNG")) png.clear();
  writeFile(png);
}

void PlotPanel::writeFile(const QByteArray& bytes) {
  QSaveFile file(m_file);
  const bool isWritten =
      file.open(QIODevice::WriteOnly) && !bytes.isEmpty() && file.write(bytes) == bytes.size() && file.commit();
  if (isWritten) {
    m_notice->showDone(tr("Saved in %1.").arg(QDir::toNativeSeparators(m_file)));
    return emit exported(m_file);
  }
  m_notice->showError(tr("%1 could not be written: %2. Choose another folder or name.")
                          .arg(QDir::toNativeSeparators(m_file), file.errorString()));
}

}  // namespace carport::ui
