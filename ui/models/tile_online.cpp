#include "ui/models/tile_online.h"

#include <QDateTime>

#include <algorithm>
#include <utility>

namespace carport::ui {
namespace {

using std::chrono::milliseconds;

constexpr qint64 kUsualFreshSeconds = 7LL * 24 * 3'600;  // where the server does not say
constexpr qint64 kMissingFreshSeconds = 24LL * 3'600;    // how long “there is none” is believed
constexpr milliseconds kRefusedPause{600'000};
constexpr milliseconds kLongestRetryAfter{3'600'000};

qint64 tileClockMs() {
  return QDateTime::currentMSecsSinceEpoch();
}

qint64 freshUntil(const FetchedTile& answer, qint64 usualSeconds) {
  return tileClockMs() + answer.freshSeconds.value_or(usualSeconds) * 1'000;
}

}  // namespace

TileOnline::TileOnline(TileCache& cache, QObject* parent) : TileSource(parent), m_cache(cache) {
  m_pause.setSingleShot(true);
  connect(&m_pause, &QTimer::timeout, this, [this] {
    fetchNext();
    emit recovered();
  });
}

TileOnline::~TileOnline() = default;

void TileOnline::setPatience(milliseconds first, milliseconds most) {
  m_firstPause = first;
  m_mostPause = most;
}

void TileOnline::setProvider(const TileProvider& provider) {
  if (provider == m_provider) return;
  m_provider = provider;
  ++m_generation;
  m_fetcher.cancelAll();
  m_jobs.clear();
  m_queue.clear();
  m_fetching = 0;
  m_failures = 0;
  m_pause.stop();
  setTrouble({});
  emit providerChanged();
  emit renewed();
}

TileSourceInfo TileOnline::info() const {
  return {m_provider.isEmpty() ? QString() : m_provider.host(), m_provider.attribution, 0, m_provider.maxZoom};
}

TileOnline::Job& TileOnline::jobOf(const TileId& tile) {
  const auto there = m_jobs.find(tile);
  if (there != m_jobs.end()) return *there;
  look(tile);
  return m_jobs[tile];
}

void TileOnline::look(const TileId& tile) {
  m_cache.ask<std::optional<CachedTile>>(
      [provider = m_provider.key(), tile](TileCacheFile& file) { return file.find(provider, tile, tileClockMs()); },
      this,
      [this, tile, generation = m_generation](const Result<std::optional<CachedTile>>& answer) {
        // A cache that cannot be used has nothing.
        if (generation == m_generation) found(tile, answer ? *answer : std::nullopt);
      });
}

void TileOnline::want(const std::vector<TileId>& tiles) {
  if (m_provider.isEmpty()) return;
  for (Job& job : m_jobs) job.isWanted = false;
  std::size_t count = 0;
  for (const TileId& tile : tiles) {
    if (++count > kMaxWanted) break;
    if (isOnGrid(tile) && tile.zoom <= m_provider.maxZoom) jobOf(tile).isWanted = true;
  }
  m_jobs.removeIf([](const QHash<TileId, Job>::iterator& job) {
    return job->stage != Stage::fetching && !job->isWanted && !job->kept;
  });
  sortQueue(tiles);
  fetchNext();
}

void TileOnline::sortQueue(const std::vector<TileId>& tiles) {
  std::deque<TileId> queue;
  const auto isWaiting = [this](const TileId& tile) {
    const auto job = m_jobs.constFind(tile);
    return job != m_jobs.constEnd() && job->stage == Stage::waiting;
  };
  for (const TileId& tile : tiles) {
    if (isWaiting(tile)) queue.push_back(tile);
  }
  for (const TileId& tile : m_queue) {
    if (isWaiting(tile) && std::find(queue.begin(), queue.end(), tile) == queue.end()) queue.push_back(tile);
  }
  m_queue = std::move(queue);
}

void TileOnline::found(const TileId& tile, const std::optional<CachedTile>& cached) {
  const auto job = m_jobs.find(tile);
  if (job == m_jobs.end() || job->stage != Stage::looking) return;
  const bool isFresh = cached && cached->freshUntilMs > tileClockMs();
  const bool hasPicture = cached && !cached->picture.isEmpty();
  // Whoever is answered may ask for something else at once.
  const bool isWanted = job->isWanted;
  if (isFresh) {
    if (job->kept) {
      m_cache.ask<bool>([provider = m_provider.key(), tile](TileCacheFile& file) { return file.keep(provider, tile); },
                        this, [](const Result<bool>&) {});
    }
    end(tile, hasPicture ? Keep::kept : Keep::notThere);
    if (isWanted && hasPicture) emit arrived(tile, cached->picture);
    if (isWanted && !hasPicture) emit lacking(tile, TileLack::notThere);
    return;
  }
  job->isAnswered = hasPicture;
  job->isCached = cached.has_value();
  if (hasPicture) job->known = cached->validators;
  job->stage = Stage::waiting;
  m_queue.push_back(tile);
  if (isWanted && hasPicture) emit arrived(tile, cached->picture);
  if (m_pause.isActive()) giveUpWaiting();
  fetchNext();
}

void TileOnline::fetchNext() {
  // After a failure one request finds out whether all is well again.
  const int most = m_failures > 0 ? 1 : kMaxParallel;
  while (!m_pause.isActive() && m_fetching < most && !m_queue.empty()) {
    const TileId tile = m_queue.front();
    m_queue.pop_front();
    const auto job = m_jobs.find(tile);
    if (job != m_jobs.end() && job->stage == Stage::waiting) fetch(tile, *job);
  }
}

void TileOnline::fetch(const TileId& tile, Job& job) {
  job.stage = Stage::fetching;
  ++m_fetching;
  m_fetcher.fetch(m_provider.url(tile), job.known, [this, tile, generation = m_generation](const FetchedTile& answer) {
    if (generation != m_generation) return;
    --m_fetching;
    take(tile, answer);
    fetchNext();
  });
}

void TileOnline::take(const TileId& tile, const FetchedTile& answer) {
  const bool isPicture = answer.status == 200 && isTilePicture(answer.body);
  const bool isSame = answer.status == 304 && m_jobs.value(tile).isCached;
  const bool isNone = answer.status == 204 || answer.status == 404 || answer.status == 410;
  if (!isPicture && !isSame && !isNone) return takeTrouble(tile, answer);
  m_failures = 0;
  setTrouble({});
  if (isPicture) return takePicture(tile, answer);
  if (isSame) return takeSame(tile, answer);
  takeNone(tile, answer);
}

void TileOnline::takePicture(const TileId& tile, const FetchedTile& answer) {
  if (answer.mayStore) store(tile, {answer.body, answer.validators, freshUntil(answer, kUsualFreshSeconds)});
  if (m_jobs.value(tile).isWanted) emit arrived(tile, answer.body);
  end(tile, answer.mayStore ? Keep::kept : Keep::notAllowed);
}

void TileOnline::takeSame(const TileId& tile, const FetchedTile& answer) {
  const bool keeps = bool(m_jobs.value(tile).kept);
  m_cache.ask<void>(
      [provider = m_provider.key(), tile, until = freshUntil(answer, kUsualFreshSeconds),
       keeps](TileCacheFile& file) -> Result<void> {
        if (keeps) {
          if (const auto kept = file.keep(provider, tile); !kept) return failFrom(kept);
        }
        return file.refresh(provider, tile, until);
      },
      this, [](const Result<void>&) {});
  end(tile, Keep::kept);
}

void TileOnline::takeNone(const TileId& tile, const FetchedTile& answer) {
  store(tile, {{}, {}, freshUntil(answer, kMissingFreshSeconds)});
  if (m_jobs.value(tile).isWanted) emit lacking(tile, TileLack::notThere);
  end(tile, Keep::notThere);
}

void TileOnline::store(const TileId& tile, const CachedTile& cached) {
  m_cache.ask<void>([provider = m_provider.key(), tile, cached, keep = bool(m_jobs.value(tile).kept)](
                        TileCacheFile& file) { return file.store(provider, tile, cached, keep, tileClockMs()); },
                    this, [](const Result<void>&) {});
}

void TileOnline::takeTrouble(const TileId& tile, const FetchedTile& answer) {
  const QString host = m_provider.host();
  const bool isRefused = answer.status == 401 || answer.status == 403;
  ++m_failures;
  milliseconds pause = std::min<milliseconds>(m_firstPause * (1LL << std::min(m_failures - 1, 20)), m_mostPause);
  if (answer.retryAfterSeconds)
    pause = std::max(pause, std::min(milliseconds(*answer.retryAfterSeconds * 1'000), kLongestRetryAfter));
  if (answer.status == 0) {
    setTrouble(answer.trouble);
  } else if (isRefused) {
    pause = std::max(pause, kRefusedPause);
    setTrouble(tr("%1 refuses (%2). Its address may need a key.").arg(host).arg(answer.status));
  } else if (answer.status == 429) {
    setTrouble(tr("%1 asks for fewer requests (429). Carport waits.").arg(host));
  } else if (answer.status == 200) {
    setTrouble(tr("%1 answers with something that is no PNG, JPEG or WebP picture.").arg(host));
  } else {
    setTrouble(tr("%1 answers with an error (%2).").arg(host).arg(answer.status));
  }
  const auto job = m_jobs.find(tile);
  if (job != m_jobs.end()) {
    job->stage = Stage::waiting;
    ++job->tries;
    m_queue.push_front(tile);
  }
  pauseFor(pause);
}

void TileOnline::pauseFor(milliseconds length) {
  m_pause.start(length);
  giveUpWaiting();
}

void TileOnline::giveUpWaiting() {
  std::vector<std::pair<TileId, Job>> given;
  for (auto job = m_jobs.begin(); job != m_jobs.end();) {
    const bool isOver = job->stage == Stage::waiting && (!job->kept || job->tries >= kMaxTries);
    if (isOver) given.emplace_back(job.key(), *job);
    job = isOver ? m_jobs.erase(job) : std::next(job);
  }
  std::erase_if(m_queue, [this](const TileId& tile) { return !m_jobs.contains(tile); });
  for (const auto& [tile, job] : given) {
    if (job.isWanted && !job.isAnswered) emit lacking(tile, TileLack::notNow);
    if (job.kept) job.kept(Keep::trouble);
  }
}

void TileOnline::end(const TileId& tile, Keep how) {
  const Job job = m_jobs.take(tile);
  if (job.kept) job.kept(how);
}

void TileOnline::keep(const TileId& tile, std::function<void(Keep)> done) {
  jobOf(tile).kept = std::move(done);
}

void TileOnline::forgetKeeping() {
  for (Job& job : m_jobs) job.kept = nullptr;
  m_jobs.removeIf(
      [](const QHash<TileId, Job>::iterator& job) { return job->stage == Stage::waiting && !job->isWanted; });
}

void TileOnline::setTrouble(const QString& sentence) {
  if (sentence == m_trouble) return;
  m_trouble = sentence;
  emit troubleChanged();
}

}  // namespace carport::ui
