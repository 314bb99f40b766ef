#include "ui/models/day_timeline.h"

#include <algorithm>

namespace carport::ui {

namespace {

bool isStanding(api::Activity activity) {
  return activity == api::Activity::idling || activity == api::Activity::parked;
}

bool isDriving(const api::HistoryPoint& point) {
  return point.max >= api::kDrivingKmh;
}

}  // namespace

void DayTimeline::add(api::Activity activity, TimePoint from, TimePoint to) {
  if (to <= from) return;
  if (!m_spans.empty() && m_spans.back().activity == activity && m_spans.back().range.to == from) {
    m_spans.back().range.to = to;
  } else {
    m_spans.push_back({activity, {from, to}});
  }
}

DayTimeline DayTimeline::of(std::span<const api::HistoryPoint> speed, Milliseconds bucket, TimePoint now) {
  DayTimeline line;
  std::optional<TimePoint> drove;
  for (std::size_t i = 0; i < speed.size() && speed[i].time < now; ++i) {
    const TimePoint from = speed[i].time;
    const TimePoint next = i + 1 < speed.size() ? std::min(speed[i + 1].time, now) : now;
    const TimePoint heardUntil = std::min(next, from + bucket);
    const bool goesOn = next - heardUntil <= api::kSilentAfter;
    const TimePoint until = goesOn ? next : heardUntil;
    if (isDriving(speed[i])) {
      drove = until;
      line.add(api::Activity::driving, from, until);
    } else {
      const TimePoint idlesUntil = drove ? std::clamp(*drove + api::kIdlingFor, from, until) : from;
      line.add(api::Activity::idling, from, idlesUntil);
      line.add(api::Activity::parked, idlesUntil, until);
    }
    if (!goesOn) line.add(api::Activity::silent, until, next);
  }
  return line;
}

std::vector<DaySpan> DayTimeline::within(const TimeRange& range) const {
  std::vector<DaySpan> cut;
  for (const DaySpan& span : m_spans) {
    const TimeRange part{std::max(span.range.from, range.from), std::min(span.range.to, range.to)};
    if (!part.isEmpty()) cut.push_back({span.activity, part});
  }
  return cut;
}

const DaySpan* DayTimeline::at(TimePoint moment) const {
  const auto it = std::find_if(m_spans.begin(), m_spans.end(), [&](const DaySpan& span) {
    return span.range.from <= moment && moment < span.range.to;
  });
  return it == m_spans.end() ? nullptr : &*it;
}

DayTotals DayTimeline::totalsOf(std::span<const DaySpan> spans) {
  DayTotals totals;
  for (const DaySpan& span : spans) {
    switch (span.activity) {
      case api::Activity::driving:
        totals.driving += span.range.length();
        ++totals.drives;
        break;
      case api::Activity::idling:
        totals.idling += span.range.length();
        break;
      case api::Activity::parked:
        totals.parked += span.range.length();
        break;
      default:
        totals.silent += span.range.length();
    }
  }
  return totals;
}

std::optional<DayTimeline::Since> DayTimeline::since() const {
  if (m_spans.empty()) return std::nullopt;
  const api::Activity last = m_spans.back().activity;
  const auto belongs = [last](const DaySpan& span) {
    return span.activity == last || (isStanding(last) && isStanding(span.activity));
  };
  auto first = m_spans.rbegin();
  while (std::next(first) != m_spans.rend() && belongs(*std::next(first))) ++first;
  Since since;
  since.known = first->range.from;
  if (std::next(first) != m_spans.rend()) since.exactly = first->range.from;
  return since;
}

}  // namespace carport::ui
