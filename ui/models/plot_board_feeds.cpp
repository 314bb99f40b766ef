#include "ui/client/gateway_client.h"
#include "ui/models/car_store.h"
#include "ui/models/phrases.h"
#include "ui/models/plot_board.h"

#include <algorithm>

namespace carport::ui {

PlotBoard::Feed* PlotBoard::feed(PrincipalNumber car) const {
  const auto it = std::find_if(m_feeds.begin(), m_feeds.end(), [car](const auto& feed) { return feed->car == car; });
  return it == m_feeds.end() ? nullptr : it->get();
}

bool PlotBoard::isPlotted(PrincipalNumber car) const {
  return std::any_of(m_plots.begin(), m_plots.end(), [car](const Plot& plot) {
    return std::any_of(plot.begin(), plot.end(), [car](const Series& series) { return series.id.car == car; });
  });
}

PlotBoard::Feed& PlotBoard::needFeed(PrincipalNumber car) {
  if (Feed* known = feed(car)) return *known;
  auto made = std::make_unique<Feed>();
  made->car = car;
  made->loader = std::make_unique<HistoryLoader>(m_client);
  connectLoader(*made->loader);
  m_feeds.push_back(std::move(made));
  Feed& feed = *m_feeds.back();
  if (!m_view.isEmpty()) feed.loader->setView(m_view, m_width);
  connectFeed(feed);
  return feed;
}

void PlotBoard::connectLoader(HistoryLoader& loader) {
  connect(&loader, &HistoryLoader::changed, &m_soon, [this] {
    forgetDrawn();
    if (!m_soon.isActive()) m_soon.start();
  });
}

void PlotBoard::forgetDrawn() {
  m_drawn.clear();
  m_drawnEarlier.clear();
}

void PlotBoard::connectFeed(Feed& feed) {
  if (!feed.id.isEmpty()) return;
  feed.id = carId(feed.car);
  if (feed.id.isEmpty()) return;
  feed.loader->setCar(feed.id, feed.car);
  feed.isWatched = m_client.watchCarState(feed.car);
  fetchNames(feed);
  followComparison();
}

void PlotBoard::dropFeed(const Feed& feed) {
  if (feed.isWatched) m_client.unwatchCarState(feed.car);
  auto names = feed.namesReply;
  names.cancel();
  auto everything = feed.everythingReply;
  everything.cancel();
}

void PlotBoard::dropUnusedFeeds() {
  std::erase_if(m_feeds, [this](const auto& feed) {
    if (feed->car == m_car || feed->car == m_lookedAt || isPlotted(feed->car)) return false;
    dropFeed(*feed);
    return true;
  });
}

const std::vector<std::string>& PlotBoard::metricNames(PrincipalNumber car) {
  m_lookedAt = car;
  dropUnusedFeeds();
  return needFeed(car).names;
}

void PlotBoard::fetchNames(Feed& feed) {
  if (feed.id.isEmpty() || !m_client.isConnected()) return;
  feed.namesReply.cancel();
  feed.namesReply = m_client.metrics(feed.id);
  feed.namesReply.then(this, [this, car = feed.car](const Result<std::vector<std::string>>& names) {
    Feed* known = this->feed(car);
    if (known == nullptr) return;
    known->namesKnown = true;
    if (names) addNames(*known, *names);
    if (car == m_car) chooseUsual();
    emit metricNamesChanged(car);
    emit changed();
  });
}

void PlotBoard::addNames(Feed& feed, const std::vector<std::string>& names) {
  const std::size_t before = feed.names.size();
  for (const std::string& name : names) {
    const bool known = std::find(feed.names.begin(), feed.names.end(), name) != feed.names.end();
    if (!known && feed.names.size() < kMaxNames) feed.names.push_back(name);
  }
  if (feed.names.size() == before) return;
  std::sort(feed.names.begin(), feed.names.end(), [](const std::string& a, const std::string& b) {
    return phrases::metricName(a).compare(phrases::metricName(b), Qt::CaseInsensitive) < 0;
  });
  if (feed.car == m_car) chooseUsual();
  emit metricNamesChanged(feed.car);
}

void PlotBoard::onState(const api::CarState& state) {
  Feed* from = feed(state.position.car);
  if (from == nullptr) return;
  std::vector<std::string> names;
  for (const auto& [name, latest] : state.metrics) names.push_back(name);
  addNames(*from, names);
  from->loader->addState(state);
}

void PlotBoard::setView(const TimeRange& range, std::size_t pixelWidth) {
  if (range != m_view || pixelWidth != m_width) forgetDrawn();
  m_view = range;
  m_width = pixelWidth;
  for (const auto& feed : m_feeds) feed->loader->setView(range, pixelWidth);
  followComparison();
}

bool PlotBoard::isLoading() const {
  return std::any_of(m_feeds.begin(), m_feeds.end(), [](const auto& feed) {
    return feed->loader->isLoading() || (feed->earlier && feed->earlier->isLoading());
  });
}

bool PlotBoard::hasData() const {
  return std::any_of(m_feeds.begin(), m_feeds.end(),
                     [this](const auto& feed) { return isPlotted(feed->car) && feed->loader->window().hasData(); });
}

QString PlotBoard::trouble() const {
  for (const auto& feed : m_feeds) {
    if (!isPlotted(feed->car)) continue;
    if (!feed->loader->trouble().isEmpty()) return feed->loader->trouble();
    if (feed->earlier && !feed->earlier->trouble().isEmpty()) return feed->earlier->trouble();
  }
  return {};
}

void PlotBoard::retry() {
  for (const auto& feed : m_feeds) {
    feed->loader->retry();
    if (feed->earlier) feed->earlier->retry();
  }
}

void PlotBoard::findEverything() {
  m_everything.reset();
  for (const auto& feed : m_feeds) {
    api::HistoryQuery query;
    query.metrics = metricsOf(feed->car);
    if (query.metrics.empty() || feed->id.isEmpty()) continue;
    query.to = SystemClock().now() + std::chrono::hours(24 * 365);
    query.maxPoints = 2;
    feed->everythingReply.cancel();
    feed->everythingReply = m_client.history(feed->id, query);
    feed->everythingReply.then(this, [this](const Result<api::History>& history) { addEverything(history); });
  }
}

void PlotBoard::addEverything(const Result<api::History>& history) {
  if (!history) return;
  TimeRange whole = m_everything.value_or(TimeRange());
  // A bucket's time is that of its first sample, so the first one tells the beginning exactly.
  for (const api::HistorySeries& series : history->series) {
    if (series.points.empty()) continue;
    const TimePoint first = series.points.front().time;
    const TimePoint last = series.points.back().time;
    whole = m_everything ? TimeRange{std::min(whole.from, first), std::max(whole.to, last)} : TimeRange{first, last};
    m_everything = whole;
  }
  if (!m_everything) return;
  const TimePoint last = std::max(whole.to, newest().value_or(whole.to));
  const Milliseconds margin = std::max(Milliseconds(1'000), (last - whole.from) / 50);
  emit rangeFound({whole.from - margin, last + margin});
}

}  // namespace carport::ui
