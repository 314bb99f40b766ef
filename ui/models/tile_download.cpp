#include "ui/models/tile_download.h"

namespace carport::ui {

TileDownload::TileDownload(TileOnline& online, QObject* parent) : QObject(parent), m_online(online) {
  connect(&online, &TileOnline::providerChanged, this, &TileDownload::cancel);
}

void TileDownload::clear() {
  m_online.forgetKeeping();
  m_ranges.clear();
  m_again.clear();
  m_asked.clear();
  m_range = 0;
  m_inRange = m_done = m_count = 0;
  m_trouble.clear();
}

void TileDownload::start(const TileArea& area) {
  clear();
  m_area = area;
  m_ranges = area.ranges();
  m_count = area.count();
  m_state = State::running;
  fetchMore();
}

void TileDownload::cancel() {
  if (m_state == State::none) return;
  clear();
  m_state = State::none;
  emit changed();
}

void TileDownload::pause() {
  stopFor({});
}

void TileDownload::stopFor(const QString& trouble) {
  if (m_state != State::running) return;
  m_online.forgetKeeping();
  m_again.insert(m_again.end(), m_asked.begin(), m_asked.end());
  m_asked.clear();
  m_trouble = trouble;
  m_state = State::paused;
  emit changed();
}

void TileDownload::resume() {
  if (m_state != State::paused) return;
  m_trouble.clear();
  m_state = State::running;
  fetchMore();
}

std::optional<TileId> TileDownload::next() {
  if (!m_again.empty()) {
    const TileId tile = m_again.back();
    m_again.pop_back();
    return tile;
  }
  while (m_range < m_ranges.size() && m_inRange >= m_ranges[m_range].count()) {
    ++m_range;
    m_inRange = 0;
  }
  if (m_range == m_ranges.size()) return std::nullopt;
  const TileRange& range = m_ranges[m_range];
  const qint64 width = qint64(range.right) - range.left + 1;
  const qint64 at = m_inRange++;
  return TileId{range.zoom, quint32(range.left + at % width), quint32(range.top + at / width)};
}

void TileDownload::fetchMore() {
  while (m_state == State::running && m_asked.size() < kParallel) {
    const auto tile = next();
    if (!tile) break;
    m_asked.push_back(*tile);
    m_online.keep(*tile, [this, tile = *tile](TileOnline::Keep how) { take(tile, how); });
  }
  const bool isOver = m_state == State::running && m_asked.empty();
  if (isOver) m_state = State::none;
  emit changed();
  if (isOver) emit finished(m_area);
}

void TileDownload::take(const TileId& tile, TileOnline::Keep how) {
  if (m_state != State::running) return;
  if (how == TileOnline::Keep::trouble) return stopFor(m_online.trouble());
  if (how == TileOnline::Keep::notAllowed)
    return stopFor(tr("%1 does not allow its pictures to be kept.").arg(m_online.provider().host()));
  std::erase(m_asked, tile);
  ++m_done;
  fetchMore();
}

}  // namespace carport::ui
