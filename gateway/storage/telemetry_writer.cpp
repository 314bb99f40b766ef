#include "gateway/storage/telemetry_writer.h"

#include "gateway/storage/sqlite_errors.h"
#include "gateway/storage/stored_cars.h"
#include "gateway/storage/transaction.h"
#include "gateway/storage/write_probe.h"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>

namespace carport {

namespace {
/// Text of attributes in one block; far below what a column may have.
constexpr std::size_t kMaxTextBytesPerBlock = kMaxColumnBytes / 4;

std::size_t textBytes(const SampleBatch& samples, const SampleBatch::Row& row) {
  std::size_t bytes = 0;
  for (const auto& attribute : samples.attributes(row)) {
    if (const auto* text = std::get_if<std::string>(&attribute.value)) bytes += text->size();
  }
  return bytes;
}
}  // namespace

TelemetryWriter::TelemetryWriter(std::filesystem::path folder, StorageContext context,
                                 std::shared_ptr<StorageShared> shared, WriterOptions options)
    : m_folder(std::move(folder)), m_context(std::move(context)), m_shared(std::move(shared)), m_options(options) {}

TelemetryWriter::~TelemetryWriter() {
  closeFile();
}

Result<std::vector<EventNumber>> TelemetryWriter::commit(const SampleBatch& samples,
                                                         const std::vector<api::Event>& events) {
  if (auto ready = ensureFile(); !ready) return failFrom(ready);
  auto numbers = write(samples, events);
  if (!numbers && numbers.error().is(StorageErrc::corrupted)) {
    const auto file = m_file->database().path();
    m_file.reset();
    moveAside(file, numbers.error());
    if (auto ready = ensureFile(); !ready) return failFrom(ready);
    numbers = write(samples, events);
  }
  // Opened anew next time: whatever is wrong may be with the open file alone.
  if (!numbers) m_file.reset();
  return numbers;
}

Result<void> TelemetryWriter::probe() {
  if (auto ready = ensureFile(); !ready) return ready;
  auto done = probeWriting(m_file->database());
  if (!done) m_file.reset();
  return done;
}

Result<std::vector<EventNumber>> TelemetryWriter::write(const SampleBatch& samples,
                                                        const std::vector<api::Event>& events) {
  return guarded(m_file->database().path().string(), [&]() -> Result<std::vector<EventNumber>> {
    Transaction transaction(m_file->database());
    if (m_blocksSinceSnapshot >= kBlocksPerSnapshot) {
      if (auto done = writeSnapshot(); !done) return failFrom(done);
    }
    auto blocks = insertBlocks(samples);
    if (!blocks) return failFrom(blocks);
    std::vector<EventNumber> numbers;
    for (api::Event event : events) {
      event.number = m_file->events().insert(event);
      m_file->alarms().apply(event);
      numbers.push_back(event.number);
    }
    PrincipalNumber highestCar = m_highestCar;
    noteCars(samples, events, highestCar);
    transaction.commit();
    m_file->database().cutLogBackInPieces();

    m_highestCar = highestCar;
    if (m_blocksSinceSnapshot >= kBlocksPerSnapshot) m_blocksSinceSnapshot = 0;
    m_blocksSinceSnapshot += *blocks;
    m_shared->blocksWritten.fetch_add(*blocks);
    m_shared->samplesWritten.fetch_add(samples.size());
    for (const auto& row : samples.rows()) m_latest.fold(samples, row);
    return numbers;
  });
}

Result<std::size_t> TelemetryWriter::insertBlocks(const SampleBatch& samples) {
  const auto blocks = encode(samples);
  if (!blocks) return failFrom(blocks);
  for (const EncodedBlock& block : *blocks) m_file->blocks().insert(block);
  return blocks->size();
}

Result<std::vector<EncodedBlock>> TelemetryWriter::encode(const SampleBatch& samples) {
  std::vector<EncodedBlock> blocks;
  const auto rows = samples.rows();
  for (std::size_t first = 0; first < rows.size();) {
    std::size_t count = 0, text = 0;
    while (first + count < rows.size() && count < kMaxBlockRows && (count == 0 || text < kMaxTextBytesPerBlock)) {
      text += textBytes(samples, rows[first + count++]);
    }
    auto block = m_encoder.encode(samples, rows.subspan(first, count), m_context.names);
    if (!block) return failFrom(block);
    blocks.push_back(*std::move(block));
    first += count;
  }
  return blocks;
}

void TelemetryWriter::noteCars(const SampleBatch& samples, const std::vector<api::Event>& events,
                               PrincipalNumber& highest) {
  for (const auto& row : samples.rows()) highest = std::max(highest, row.car);
  for (const api::Event& event : events) highest = std::max(highest, event.car);
  if (highest > m_highestCar) noteHighestCar(m_file->database(), highest);
}

Result<void> TelemetryWriter::writeSnapshot() {
  const auto parts = encode(m_latest.toBatch());
  if (!parts) return failFrom(parts);
  m_file->latest().replace(*parts, m_file->blocks().newestNumber());
  return {};
}

}  // namespace carport
