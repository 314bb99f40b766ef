#pragma once

#include "gateway/base/clock.h"
#include "ui/models/palette_source.h"

#include <QCoreApplication>
#include <QDateTime>

namespace carport::ui {

/// A moment as people write it: "14:30", "yesterday 14:30", "saturday 8:00", "2026-11-21 08:00", "21.11. 8:00",
/// "10 min ago", "2 days ago". In the computer's time zone. Without a time it is the same time of that day; without a
/// day the latest such time that has been. None where it is no moment, or one that is yet to come.
std::optional<QDateTime> parsePaletteMoment(const QString& text, const QDateTime& now);

/// The moment that somebody wrote, for the time machine. GUI thread.
class PaletteMoments : public PaletteSource {
  Q_DECLARE_TR_FUNCTIONS(carport::ui::PaletteMoments)

 public:
  PaletteMoments(std::function<TimePoint()> now, std::function<void(TimePoint)> run)
      : m_now(std::move(now)), m_run(std::move(run)) {}

  QString title() const override { return tr("Time machine"); }
  std::vector<PaletteItem> find(const PaletteQuery& query, std::size_t limit) override;
  /// A moment is not remembered: it moves farther away.
  std::optional<PaletteItem> recall(const QString&) override { return std::nullopt; }

 private:
  std::function<TimePoint()> m_now;
  std::function<void(TimePoint)> m_run;
};

}  // namespace carport::ui
