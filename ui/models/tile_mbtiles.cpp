#include "ui/models/tile_mbtiles.h"

#include "ui/models/tile_mbtiles_file.h"

#include <algorithm>

namespace carport::ui {
namespace {

constexpr std::size_t kReadTogether = 8;  // tiles that are read before wishes are looked at again

}  // namespace

Result<std::unique_ptr<TileMbtiles>> TileMbtiles::open(const QString& file) {
  auto opened = MbtilesFile::open(file);
  if (!opened) return failFrom(opened);
  return std::unique_ptr<TileMbtiles>(new TileMbtiles(file, std::move(*opened)));
}

TileMbtiles::TileMbtiles(const QString& path, std::unique_ptr<MbtilesFile> file)
    : m_path(path), m_info(file->info()), m_file(std::move(file)) {}

TileMbtiles::~TileMbtiles() = default;

void TileMbtiles::want(const std::vector<TileId>& tiles) {
  m_waiting.clear();
  for (const TileId& tile : tiles) {
    if (m_waiting.size() == kMaxWanted) break;
    if (std::find(m_reading.begin(), m_reading.end(), tile) == m_reading.end()) m_waiting.push_back(tile);
  }
  readNext();
}

void TileMbtiles::readNext() {
  if (!m_reading.empty() || m_waiting.empty()) return;
  const auto end = m_waiting.begin() + std::ptrdiff_t(std::min(kReadTogether, m_waiting.size()));
  m_reading.assign(m_waiting.begin(), end);
  m_waiting.erase(m_waiting.begin(), end);
  m_thread.run(
      this,
      [file = m_file.get(), tiles = m_reading] {
        std::vector<Answer> answers;
        for (const TileId& tile : tiles) answers.emplace_back(tile, file->read(tile));
        return answers;
      },
      [this](const std::vector<Answer>& answers) { take(answers); });
}

void TileMbtiles::take(const std::vector<Answer>& answers) {
  m_reading.clear();
  readNext();
  for (const auto& [tile, picture] : answers) {
    if (!picture) {
      emit lacking(tile, TileLack::unreadable);
    } else if (!*picture) {
      emit lacking(tile, TileLack::notThere);
    } else {
      emit arrived(tile, **picture);
    }
  }
}

}  // namespace carport::ui
