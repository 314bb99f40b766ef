#include "gateway/storage/moment_scan.h"

#include "gateway/storage/storage_errc.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace carport {

namespace {

TimePoint ceilToMinute(TimePoint time) {
  const TimePoint floor = floorTo(time, kMinute);
  return floor == time ? time : floor + kMinute;
}

/// The columns of movement of some rows; those that no row has are absent.
struct MovementColumns {
  std::vector<TimePoint> times;
  std::optional<MetricColumn> latitude, longitude, speed, heading;

  static Result<MovementColumns> read(const BlockDecoder& block) {
    const RowRange all{0, block.rowCount()};
    MovementColumns columns;
    auto times = block.times(all);
    if (!times) return failFrom(times);
    columns.times = *std::move(times);
    for (const auto& [name, column] :
         {std::pair(api::metric::kLatitude, &columns.latitude), std::pair(api::metric::kLongitude, &columns.longitude),
          std::pair(api::metric::kSpeed, &columns.speed), std::pair(api::metric::kHeading, &columns.heading)}) {
      auto values = block.metric(name, all);
      if (!values) return failFrom(values);
      *column = *std::move(values);
    }
    return columns;
  }
  bool hasAny() const { return latitude || longitude || speed || heading; }
};

std::optional<double> valueAt(const std::optional<MetricColumn>& column, std::size_t row) {
  return column && column->has(row) ? std::optional(column->values[row]) : std::nullopt;
}

MomentSample sampleAt(const MovementColumns& columns, std::size_t row, std::int32_t at) {
  MomentSample sample;
  sample.at = at;
  const auto latitude = valueAt(columns.latitude, row), longitude = valueAt(columns.longitude, row);
  if (latitude && longitude) sample.place = std::pair(*latitude, *longitude);
  sample.speed = valueAt(columns.speed, row);
  sample.heading = valueAt(columns.heading, row);
  sample.drove = sample.speed && *sample.speed >= api::kDrivingKmh;
  return sample;
}

/// Minute roll-ups of what moves; a list is empty where no car has the metric.
struct MovementMinutes {
  std::vector<Rollup> latitude, longitude, speed, heading;

  static Result<MovementMinutes> read(const MinuteRollups& minutes) {
    MovementMinutes all;
    for (const auto& [name, list] :
         {std::pair(api::metric::kLatitude, &all.latitude), std::pair(api::metric::kLongitude, &all.longitude),
          std::pair(api::metric::kSpeed, &all.speed), std::pair(api::metric::kHeading, &all.heading)}) {
      auto rollups = minutes.metric(name);
      if (!rollups) return failFrom(rollups);
      *list = *std::move(rollups);
    }
    return all;
  }
  /// Adds a minute's newest figures, each with the time that it is from: late samples of the same minute may stand
  /// elsewhere.
  void addTo(MomentTracks& tracks, std::size_t car, std::size_t index, TimePoint end) const {
    const auto at = [&](const std::vector<Rollup>& list) {
      return list.empty() || list[index].count == 0 ? nullptr : &list[index];
    };
    const auto add = [&](TimePoint time, const auto& fill) {
      MomentSample sample;
      sample.at = tracks.msAfter(time);
      fill(sample);
      tracks.add(car, sample);
    };
    add(end, [](MomentSample&) {});
    const Rollup* north = at(latitude);
    const Rollup* east = at(longitude);
    if (north != nullptr && east != nullptr) {
      add(north->end, [&](MomentSample& sample) { sample.place = std::pair(north->last, east->last); });
    }
    if (const Rollup* one = at(speed)) {
      add(one->end, [&](MomentSample& sample) {
        sample.speed = one->last;
        sample.drove = one->max >= api::kDrivingKmh;
      });
    }
    if (const Rollup* one = at(heading)) add(one->end, [&](MomentSample& sample) { sample.heading = one->last; });
  }
};

}  // namespace

api::FleetMomentsQuery FleetMomentScan::whole(api::FleetMomentsQuery query, std::uint64_t rows) {
  query.step = std::clamp(query.step, api::kShortestMomentStep, api::kLongestMomentStep);
  if (rows > kMaxRows) query.step = std::max<Milliseconds>(query.step, kMinute);
  if (query.step < kMinute || query.from == query.to) return query;
  query.step = floorTo(fromMs(query.step.count()), kMinute) - TimePoint();
  query.from = floorTo(query.from, kMinute);
  query.to = ceilToMinute(query.to);
  return query;
}

FleetMomentScan::FleetMomentScan(const api::FleetMomentsQuery& query, StopFlag stop)
    : FleetScan(query.cars, std::move(stop)),
      m_query(query),
      m_byMinutes(query.step >= kMinute && query.from != query.to),
      // Whether a car idles or is parked is told by when it last drove.
      m_stretchFrom(std::max(lookBackFrom(), floorTo(query.from - api::kIdlingFor, kMinute))),
      m_stretchEnd(std::max(query.to, query.from + Milliseconds(1))),
      m_tracks(query) {}

bool FleetMomentScan::isNews(std::size_t car, TimePoint to, const Window& window) const {
  if (!m_looksBack) return true;
  const std::int32_t known = m_tracks.knownAt(car);
  if (known == MomentSample::kNever) return true;
  const std::int32_t newest = m_tracks.msAfter(std::min(to, window.to - Milliseconds(1)));
  return newest > known || (newest > m_tracks.placeAt(car) && known - newest <= kPlaceLookBack.count());
}

Result<void> FleetMomentScan::addMinutes(std::span<const std::byte> data, TimePoint hour, WantedSpans& spans,
                                         const Window& window) {
  const auto minutes = MinuteRollups::open(data, hour);
  if (!minutes) return failFrom(minutes);
  const auto movement = MovementMinutes::read(*minutes);
  if (!movement) return failFrom(movement);
  std::erase_if(spans, [&](const WantedSpan& one) {
    const auto [first, end] = minutes->rangeOf(one.span.car);
    for (std::size_t i = first; i < end; ++i) {
      const CarMinute& minute = minutes->minutes()[i];
      if (minute.end < window.from || minute.end >= window.to) continue;
      movement->addTo(m_tracks, one.car, i, minute.end);
    }
    return first != end;
  });
  return {};
}

Result<void> FleetMomentScan::addSamples(std::span<const std::byte> data, const WantedSpans& spans,
                                         const Window& window) {
  if (data.empty()) return {};
  const auto decoder = BlockDecoder::open(data);
  if (!decoder) return failFrom(decoder);
  const auto columns = MovementColumns::read(*decoder);
  if (!columns) return failFrom(columns);
  for (const auto& [span, car] : spans) {
    const std::size_t end = std::size_t{span.rows.first} + span.rows.count;
    if (end > columns->times.size()) return fail(StorageErrc::corrupted);
    for (std::size_t row = span.rows.first; row < end; ++row) {
      const TimePoint time = columns->times[row];
      if (time >= window.from && time < window.to) {
        m_tracks.add(car, sampleAt(*columns, row, m_tracks.msAfter(time)));
      }
    }
  }
  return {};
}

Result<void> FleetMomentScan::addLookBack(DayFile& file) {
  const Window window{lookBackFrom(), m_stretchFrom};
  m_looksBack = true;
  if (window.from >= window.to) return {};
  // The newest first: most cars are found there, and of what is older little has to be read.
  struct Part {
    TimePoint to;
    std::optional<BlockInfo> block;
    std::optional<SegmentInfo> segment;
    bool rolled = false;
  };
  std::vector<Part> parts;
  for (const BlockInfo& block : file.blocks().between(window.from, window.to)) parts.push_back({block.to, block, {}});
  if (file.hasSegments()) {
    for (const auto& one : file.segments().rolled(window.from, window.to)) parts.push_back({one.to, {}, one, true});
    for (const auto& one : file.segments().open(window.from, window.to)) parts.push_back({one.to, {}, one});
  }
  std::stable_sort(parts.begin(), parts.end(), [](const Part& a, const Part& b) { return a.to > b.to; });
  for (const Part& part : parts) {
    const auto done =
        part.block ? addBlock(file, *part.block, window) : addSegment(file, *part.segment, window, part.rolled);
    if (!done) return done;
  }
  return {};
}

}  // namespace carport
