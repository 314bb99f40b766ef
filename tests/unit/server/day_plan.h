#pragma once

#include "gateway/base/clock.h"

#include <QtTest>

#include <algorithm>
#include <chrono>
#include <exception>
#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace carport::test {

/// A stretch of simulated time: what is done when, and what must be so from when until when. It moves the clock from
/// one moment at which anything changes to the next, and a millisecond before and behind each, and asks at all of them.
/// Owner: a test.
class DayPlan {
 public:
  /// Something that is so from one moment on and no longer at another, as the documents say it.
  struct Span {
    std::string what;
    TimePoint from{};
    TimePoint until{};
    std::function<bool()> holds;
    /// Asked for only around its own ends: because asking changes something, or takes a connection that has an end.
    bool isAskedAroundEnds = false;
    /// What ends by itself looks at the clock so often (real time): it has had this long before it counts as still so.
    std::chrono::milliseconds beat{0};
    Milliseconds mayLast{0};  ///< beyond its end (simulated time)
  };

  explicit DayPlan(ManualClock& clock) : m_clock(clock) {}

  void add(Span span) { m_spans.push_back(std::move(span)); }
  /// Done at this moment, before anything is asked; in the order in which it was said. False is a mistake.
  void at(TimePoint time, std::string what, std::function<bool()> act) {
    m_acts.push_back({time, std::move(what), std::move(act)});
  }

  /// Goes on to `end`, or to the tenth mistake.
  void run(TimePoint end) {
    std::stable_sort(m_acts.begin(), m_acts.end(), [](const Act& a, const Act& b) { return a.time < b.time; });
    auto next = m_acts.begin();
    for (const TimePoint moment : moments(m_clock.now(), end)) {
      m_clock.advance(moment - m_clock.now());
      for (; next != m_acts.end() && next->time <= moment; ++next) {
        if (!answerOf(next->act)) note(next->what);
      }
      pauseFor(moment);
      for (const Span& span : m_spans) ask(span, moment);
      if (m_mistakes.size() >= 10) return;
    }
  }

  /// What was not so, and when.
  const QStringList& mistakes() const { return m_mistakes; }
  std::size_t asked() const { return m_asked; }

 private:
  struct Act {
    TimePoint time;
    std::string what;
    std::function<bool()> act;
  };
  static constexpr Milliseconds kMoment{1};
  /// And so often in between, when nothing should change.
  static constexpr std::chrono::minutes kStep{30};
  static constexpr int kPatienceMs = 10'000;

  std::set<TimePoint> moments(TimePoint begin, TimePoint end) const {
    std::set<TimePoint> all{end};
    for (TimePoint time = begin; time < end; time += kStep) all.insert(time);
    for (const Act& act : m_acts) all.insert(act.time);
    for (const Span& span : m_spans) {
      for (const TimePoint edge : {span.from, span.until, span.until + span.mayLast}) {
        for (const TimePoint time : {edge - kMoment, edge, edge + kMoment}) all.insert(time);
      }
    }
    std::erase_if(all, [&](TimePoint time) { return time < begin || time > end; });
    return all;
  }

  /// Whoever ends something too early gets the time to do it.
  void pauseFor(TimePoint moment) const {
    std::chrono::milliseconds longest{0};
    for (const Span& span : m_spans) {
      if (span.until - kMoment == moment) longest = std::max(longest, span.beat);
    }
    if (longest.count() > 0) QTest::qWait(static_cast<int>(longest.count()));
  }

  void ask(const Span& span, TimePoint moment) {
    const auto isNear = [&](TimePoint edge) { return moment >= edge - kMoment && moment <= edge + kMoment; };
    const TimePoint last = span.until + span.mayLast;
    if (span.isAskedAroundEnds && !isNear(span.from) && !isNear(span.until) && !isNear(last)) return;
    if (moment >= span.until && moment < last) return;
    ++m_asked;
    const bool isSo = moment >= span.from && moment < span.until;
    if (!QTest::qWaitFor([&] { return answerOf(span.holds) == isSo; }, kPatienceMs)) {
      note(span.what + (isSo ? ": not so" : ": still so"));
    }
  }

  /// False where what was asked answered in another form than it should.
  static bool answerOf(const std::function<bool()>& ask) {
    try {
      return ask();
    } catch (const std::exception& unexpected) {
      qWarning("%s", unexpected.what());
      return false;
    }
  }

  void note(const std::string& what) {
    const auto time = QDateTime::fromMSecsSinceEpoch(toMs(m_clock.now()), Qt::UTC);
    m_mistakes.append(time.toString(Qt::ISODateWithMs) + " " + QString::fromStdString(what));
    qWarning("%s", qPrintable(m_mistakes.back()));
  }

  ManualClock& m_clock;
  std::vector<Act> m_acts;
  std::vector<Span> m_spans;
  QStringList m_mistakes;
  std::size_t m_asked = 0;
};

}  // namespace carport::test
