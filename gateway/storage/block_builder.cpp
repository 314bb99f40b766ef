#include "gateway/storage/block_builder.h"

#include "gateway/storage/block_checksum.h"
#include "gateway/storage/varint.h"

#include <zstd.h>

#include <span>
#include <utility>

namespace carport {

namespace {
constexpr std::string_view kMagic = "CPB1";
/// Columns smaller than this are not worth a zstd frame.
constexpr std::size_t kMinCompressBytes = 64;
}  // namespace

bool BlockBuilder::addColumn(ColumnKind kind, std::string_view name, const std::string& raw) {
  if (m_context == nullptr) return false;
  const std::size_t start = m_columns.size();
  bool compressed = raw.size() >= kMinCompressBytes;
  if (compressed) {
    const std::size_t bound = ZSTD_compressBound(raw.size());
    m_columns.resize(start + bound);
    const std::size_t size =
        ZSTD_compressCCtx(m_context, m_columns.data() + start, bound, raw.data(), raw.size(), m_zstdLevel);
    if (ZSTD_isError(size) != 0) return false;
    compressed = size < raw.size();
    m_columns.resize(compressed ? start + size : start);
  }
  if (!compressed) m_columns += raw;
  const auto stored = std::as_bytes(std::span(m_columns)).subspan(start);
  m_directory.push_back(static_cast<char>(kind));
  m_directory.push_back(compressed ? 1 : 0);
  putVarint(m_directory, name.size());
  m_directory += name;
  putVarint(m_directory, raw.size());
  putVarint(m_directory, stored.size());
  putFixed(m_directory, blockChecksum(stored), 8);
  ++m_columnCount;
  return true;
}

std::string BlockBuilder::finish(std::uint16_t version, std::size_t rowCount) {
  std::string directory;
  putVarint(directory, m_columnCount);
  directory += m_directory;
  std::string block(kMagic);
  putFixed(block, version, 2);
  putFixed(block, 0, 2);
  putFixed(block, rowCount, 4);
  putFixed(block, directory.size(), 4);
  const std::string checked = block + directory;
  putFixed(block, blockChecksum(std::as_bytes(std::span(checked))), 8);
  block += directory;
  block += m_columns;
  m_directory.clear();
  m_columns.clear();
  m_columnCount = 0;
  return block;
}

}  // namespace carport
