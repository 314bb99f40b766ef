#include "gateway/storage/block_codec.h"
#include "gateway/storage/verify_block.h"
#include "tests/fuzz/fuzz_input.h"
#include "tests/fuzz/fuzz_sealed_block.h"

#include <bit>
#include <string>

using namespace carport;

namespace {

bool isSame(const SampleBatch& a, const SampleBatch::Row& rowA, const SampleBatch& b, const SampleBatch::Row& rowB) {
  const auto metricsA = a.metrics(rowA), metricsB = b.metrics(rowB);
  if (rowA.car != rowB.car || rowA.time != rowB.time || rowA.arrival != rowB.arrival) return false;
  if (metricsA.size() != metricsB.size() || a.attributes(rowA).size() != b.attributes(rowB).size()) return false;
  for (std::size_t i = 0; i < metricsA.size(); ++i) {
    const auto& one = metricsA[i];
    const auto& other = metricsB[i];
    if (one.metric != other.metric ||
        std::bit_cast<std::uint64_t>(one.value) != std::bit_cast<std::uint64_t>(other.value))
      return false;
  }
  return true;
}

SampleBatch rowsOf(std::string_view block, std::uint32_t count, MetricNames& names) {
  SampleBatch rows;
  const auto opened = BlockDecoder::open(std::as_bytes(std::span(block)));
  fuzz::require(opened.has_value() && opened->rowCount() == count, "what was encoded opens");
  fuzz::require(opened->appendRows({0, count}, names, rows).has_value(), "what was encoded decodes");
  return rows;
}

/// Encoded and decoded until the order of rows and names has settled, samples come back bit for bit.
void checkEncoding(const SampleBatch& rows, MetricNames& names) {
  BlockEncoder encoder;
  const auto first = encoder.encode(rows, rows.rows(), names);
  fuzz::require(first.has_value(), "samples can be encoded");
  const auto sorted = rowsOf(first->data, first->rowCount, names);
  const auto second = encoder.encode(sorted, sorted.rows(), names);
  fuzz::require(second.has_value(), "samples can be encoded again");
  const auto again = rowsOf(second->data, second->rowCount, names);
  fuzz::require(sorted.size() == rows.size() && again.size() == rows.size(), "no sample is lost");
  for (std::size_t i = 0; i < sorted.size(); ++i)
    fuzz::require(isSame(sorted, sorted.rows()[i], again, again.rows()[i]), "samples come back");
}

void readBlock(std::string_view block) {
  const auto bytes = std::as_bytes(std::span(block));
  MetricNames names;
  static_cast<void>(checkBlock({1, {}, {}, 1, {}, bytes}, names));
  const auto opened = BlockDecoder::open(bytes);
  if (!opened) return fuzz::require(!opened.error().message().empty(), "every error has a sentence");
  const RowRange all{0, opened->rowCount()}, some{all.count / 2, all.count - all.count / 2};
  for (const auto name : opened->names(ColumnKind::metric)) {
    const auto whole = opened->metric(name, all), part = opened->metric(name, some);
    fuzz::require(whole.has_value() == part.has_value(), "a part can be read where the whole can");
    if (whole) fuzz::require((*whole)->values.size() == all.count && (*part)->values.size() == some.count, "lengths");
  }
  for (const auto name : opened->names(ColumnKind::attribute)) {
    const auto whole = opened->attribute(name, all);
    if (whole) fuzz::require((*whole)->size() == all.count, "an attribute has an entry a row");
  }
  SampleBatch rows;
  if (opened->appendRows(all, names, rows, true)) {
    fuzz::require(rows.size() == all.count, "every row is read");
    checkEncoding(rows, names);
  }
  fuzz::require(!opened->times({all.count, 1}).has_value(), "there are no rows beyond the end");
}

}  // namespace

/// Blocks of stored samples survive every damage, with checksums that are wrong and with ones that are right.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  readBlock(fuzz::asText(data, size));
  readBlock(fuzz::sealedBlock(std::as_bytes(std::span(data, size))));
  return 0;
}
