#include "gateway/storage/disk_guard.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <system_error>

namespace carport {

namespace {

constexpr double kBytesPerMiB = 1024.0 * 1024.0;

std::string_view whatItMeans(DiskLevel level) {
  switch (level) {
    case DiskLevel::plenty:
    case DiskLevel::low:
      return "";
    case DiskLevel::noBackgroundWork:
      return "; compaction and roll-ups wait";
    case DiskLevel::shedding:
      return "; telemetry of QoS 0 is dropped";
    case DiskLevel::slowing:
      return "; telemetry of QoS 0 is dropped and senders of QoS 1 and 2 are slowed down";
    case DiskLevel::reserved:
      return "; no telemetry is taken, and what is left is kept for changes of the registry and for deleting";
  }
  return "";
}

std::string_view nameOf(DiskLevel level) {
  constexpr std::array<std::string_view, 6> kNames{"plenty",   "low",     "no background work",
                                                   "shedding", "slowing", "reserved"};
  return kNames[static_cast<std::size_t>(level)];
}

}  // namespace

DiskProbe probeDiskOf(std::filesystem::path folder) {
  return [folder = std::move(folder)]() -> std::optional<DiskSpace> {
    std::error_code error;
    const auto space = std::filesystem::space(folder, error);
    if (error) return std::nullopt;
    return DiskSpace{space.available, space.capacity};
  };
}

DiskThresholds DiskThresholds::of(std::uint64_t capacity) {
  const auto least = std::min(kLeastReserveBytes, capacity / 8);
  return {std::clamp(capacity / 100, least, kMostReserveBytes)};
}

std::uint64_t DiskThresholds::bytesOf(DiskLevel level) const {
  switch (level) {
    case DiskLevel::plenty:
      break;
    case DiskLevel::low:
      return reserve * kLowTimes;
    case DiskLevel::noBackgroundWork:
      return reserve * kNoBackgroundWorkTimes;
    case DiskLevel::shedding:
      return reserve * kSheddingTimes;
    case DiskLevel::slowing:
      return reserve * kSlowingTimes;
    case DiskLevel::reserved:
      return reserve;
  }
  return UINT64_MAX;
}

DiskGuard::DiskGuard(DiskProbe probe, const Clock& clock, Log log)
    : m_probe(std::move(probe)), m_clock(clock), m_log(std::move(log)) {}

DiskLevel DiskGuard::levelOf(const DiskSpace& space) const {
  const auto thresholds = DiskThresholds::of(space.capacity);
  const DiskLevel now = level();
  for (const auto candidate :
       {DiskLevel::reserved, DiskLevel::slowing, DiskLevel::shedding, DiskLevel::noBackgroundWork, DiskLevel::low}) {
    auto bytes = thresholds.bytesOf(candidate);
    if (candidate <= now) bytes += bytes / 10;
    if (space.free < bytes) return candidate;
  }
  return DiskLevel::plenty;
}

void DiskGuard::look() {
  const auto now = m_clock.steadyNow();
  if (m_lookedAt && now - *m_lookedAt < kLookEvery) return;
  m_lookedAt = now;
  const auto space = m_probe();
  // Where nothing is known, trying and failing tells.
  if (!space || space->capacity == 0) return;
  change(levelOf(*space), *space);
}

void DiskGuard::change(DiskLevel level, const DiskSpace& space) {
  const DiskLevel before = m_level.exchange(level);
  {
    std::lock_guard lock(m_mutex);
    m_trouble.clear();
    if (level > DiskLevel::plenty) {
      m_trouble = fmt::format(
          "The disk is nearly full: {:.0f} of {:.0f} MiB are left{}. Free some space, or have older data removed with "
          "`carportd retention`",
          static_cast<double>(space.free) / kBytesPerMiB, static_cast<double>(space.capacity) / kBytesPerMiB,
          whatItMeans(level));
    }
  }
  if (level == before) return;
  if (level == DiskLevel::plenty) {
    m_log.info("there is room on the disk again", {{"free_bytes", static_cast<std::int64_t>(space.free)}});
  } else if (level > before) {
    m_log.warning(trouble(), {{"level", nameOf(level)}, {"free_bytes", static_cast<std::int64_t>(space.free)}});
  } else {
    m_log.info("there is more room on the disk", {{"level", nameOf(level)}});
  }
}

std::string DiskGuard::trouble() const {
  std::lock_guard lock(m_mutex);
  return m_trouble;
}

bool DiskGuard::admits(std::size_t samples) {
  const DiskLevel now = level();
  if (now < DiskLevel::slowing) return true;
  if (now == DiskLevel::reserved) return false;
  std::lock_guard lock(m_mutex);
  const auto time = m_clock.steadyNow();
  if (time - m_allowedSince >= std::chrono::seconds(1)) {
    m_allowedSince = time;
    m_taken = 0;
  }
  // A batch larger than the whole allowance is taken where nothing else was, so that nobody waits for ever.
  if (m_taken > 0 && m_taken + samples > kSlowSamplesPerSecond) return false;
  m_taken += samples;
  return true;
}

}  // namespace carport
