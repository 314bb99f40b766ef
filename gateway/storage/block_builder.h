#pragma once

#include "gateway/storage/block_codec.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

struct ZSTD_CCtx_s;

namespace carport {

/// Puts the columns of one block together, in the layout of block_codec.h. Owner: an encoder; one thread.
class BlockBuilder {
 public:
  /// Columns are compressed by `context`, which must outlive the builder; null: no memory, every column fails.
  BlockBuilder(ZSTD_CCtx_s* context, int zstdLevel) : m_context(context), m_zstdLevel(zstdLevel) {}

  /// False where zstd finds no memory.
  bool addColumn(ColumnKind kind, std::string_view name, const std::string& raw);
  /// The block. The builder is empty again.
  std::string finish(std::uint16_t version, std::size_t rowCount);

 private:
  ZSTD_CCtx_s* m_context;
  int m_zstdLevel;
  std::string m_directory;
  std::string m_columns;
  std::size_t m_columnCount = 0;
};

}  // namespace carport
