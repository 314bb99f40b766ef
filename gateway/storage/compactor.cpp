#include "gateway/storage/compactor.h"

#include "gateway/storage/rollup.h"
#include "gateway/storage/sqlite_errors.h"
#include "gateway/storage/storage_errc.h"
#include "gateway/storage/transaction.h"
#include "gateway/storage/write_back.h"

#include <algorithm>
#include <chrono>

namespace carport {

Compactor::Compactor(std::filesystem::path folder, StorageContext context, std::shared_ptr<StorageShared> shared,
                     Swap swap)
    : m_folder(folder),
      m_registryFile(folder.parent_path() / "registry.db"),
      m_context(context),
      m_shared(shared),
      m_swap(std::move(swap)),
      m_files(std::move(folder), std::move(context), std::move(shared)) {}

TimePoint Compactor::completeUntil() const {
  return floorTo(m_context.clock.now() - kGrace, kHour);
}

bool Compactor::isDue() const {
  return m_busy || m_shared->blocksWritten - m_seenBlocks >= kMaxArrivalBlocks ||
         m_shared->samplesWritten - m_seenSamples >= BlockMerger::kMaxRows || m_flushed < completeUntil();
}

/// The day whose file is written now, or will be when something comes; none where there is no file.
std::optional<Day> Compactor::writtenDay() const {
  if (const auto days = m_shared->currentDay.load(); days != 0) return Day(std::chrono::days(days));
  return std::chrono::floor<std::chrono::days>(m_context.clock.now());
}

Result<bool> Compactor::step(const BlockMerger::Pause& pause) {
  m_seenBlocks = m_shared->blocksWritten;
  m_seenSamples = m_shared->samplesWritten;
  auto days = m_files.days();
  if (const auto generation = m_shared->generation.load(); generation != m_generation) {
    m_generation = generation;
    m_finished.clear();
    m_leftAlone.clear();
  }
  const auto written = writtenDay();
  // The newest first: what arrives must not pile up behind an old day's work.
  std::reverse(days.begin(), days.end());
  bool waits = false;
  for (const Day day : days) {
    if (!written || day > *written || m_finished.contains(day)) continue;
    if (isLogHeldBack(day)) {
      waits = true;
      continue;
    }
    const auto done = stepIn(day, day < *written, pause);
    if (!done && !done.error().is(StorageErrc::corrupted) && !done.error().is(StorageErrc::newerVersion)) return done;
    if (!done) {
      m_files.logSkipped(day, done.error());
      m_finished.insert(day);
      continue;
    }
    m_busy = true;
    if (*done) return true;
    if (!pause()) return false;
  }
  m_busy = waits;
  return false;
}

bool Compactor::isLogHeldBack(Day day) const {
  const auto file = dayFilePath(m_folder, day);
  constexpr std::uintmax_t kPageBytes = 4096;
  if (WriteBack::logBytes(file) <= static_cast<std::uintmax_t>(kMaxLogPages) * kPageBytes) return false;
  return WriteBack(file).run() > kMaxLogPages;
}

Result<bool> Compactor::stepIn(Day day, bool over, const BlockMerger::Pause& pause) {
  const auto file = m_files.open(day);
  if (!file && file.error().is(StorageErrc::notFound)) return false;
  if (!file) return failFrom(file);
  std::optional<CompactionWork> work;
  std::vector<MergeInput> inputs;
  auto read = guarded((*file)->database().path().string(), [&]() -> Result<void> {
    ReadTransaction snapshot((*file)->database());
    work = planCompaction(stateOf(day, **file, over));
    if (!work) return {};
    auto loaded = load(day, **file, *work);
    if (!loaded) return failFrom(loaded);
    inputs = *std::move(loaded);
    return {};
  });
  if (!read) return failFrom(read);
  if (work) return inputs.empty() ? Result<bool>(true) : run(day, *work, std::move(inputs), pause);
  return over ? giveBack(day, **file) : Result<bool>(false);
}

CompactionState Compactor::stateOf(Day day, DayFile& file, bool over) {
  CompactionState state;
  state.over = over;
  state.completeUntil = completeUntil();
  // Twice as many as wait at most: those that came while they were waiting too.
  state.blocks = file.blocks().oldest(2 * kMaxArrivalBlocks);
  std::erase_if(state.blocks, [&](const BlockInfo& one) { return isLeftAlone(day, false, one.number); });
  if (!over && m_flushed < state.completeUntil) {
    // Once an hour what is there now; what arrives meanwhile waits until there is much of it.
    m_flushed = state.completeUntil;
    m_flushUpTo = {day, file.blocks().newestNumber()};
  }
  state.flush = !state.blocks.empty() && m_flushUpTo.first == day && state.blocks.front().number <= m_flushUpTo.second;
  if (file.hasSegments()) state.open = file.segments().open(fromMs(INT64_MIN), fromMs(INT64_MAX));
  std::erase_if(state.open, [&](const SegmentInfo& one) { return isLeftAlone(day, true, one.number); });
  return state;
}

/// As many of the work's parts as keep within the limits; the others come with the next step.
Result<std::vector<MergeInput>> Compactor::load(Day day, DayFile& file, const CompactionWork& work) {
  std::vector<MergeInput> inputs;
  std::size_t attributeBytes = 0;
  for (const Part& part : work.parts) {
    MergeInput input{part.number, part.isSegment, part.newest, {}};
    const auto take = [&](std::span<const std::byte> data) {
      input.data.assign(reinterpret_cast<const char*>(data.data()), data.size());
    };
    if (part.isSegment) {
      file.segments().withData(part.number, take);
    } else {
      file.blocks().withData(part.number, take);
    }
    const auto decoder = BlockDecoder::open(std::as_bytes(std::span(input.data)));
    if (!decoder) {
      leaveAlone(day, part, decoder.error());
      continue;
    }
    attributeBytes += decoder->decodedBytes(ColumnKind::attribute);
    if (!inputs.empty() && attributeBytes > BlockMerger::kMaxAttributeBytes) break;
    inputs.push_back(std::move(input));
  }
  return inputs;
}

Result<bool> Compactor::run(Day day, const CompactionWork& work, std::vector<MergeInput> inputs,
                            const BlockMerger::Pause& pause) {
  MergeRules rules;
  rules.final = work.final;
  rules.tier = work.tier;
  // Where that cannot be read nothing is rounded.
  const auto resolutions = loadMetricResolutions(m_registryFile).value_or(MetricResolutions());
  rules.resolutions = &resolutions;
  if (!work.final) rules.ownHours = floorTo(m_context.clock.now(), kHour) - kHour;
  auto merged = m_merger.merge(inputs, rules, pause);
  if (!merged) {
    if (!m_merger.damagedInput()) return failFrom(merged);
    const MergeInput& input = inputs[*m_merger.damagedInput()];
    leaveAlone(day, {input.number, input.isSegment, input.newest}, merged.error());
    return true;
  }
  if (!*merged) return false;
  auto swap = std::make_shared<CompactionSwap>();
  swap->day = day;
  for (const MergeInput& input : inputs)
    (input.isSegment ? swap->removedSegments : swap->removedBlocks).push_back(input.number);
  swap->segments = std::move((*merged)->segments);
  swap->hourRollups = std::move((*merged)->hourRollups);
  inputs.clear();
  const auto done = m_swap(std::move(swap));
  // Retention was quicker: the next step sees what is left.
  if (!done && !done.error().is(StorageErrc::notFound)) return failFrom(done);
  return true;
}

Result<bool> Compactor::giveBack(Day day, DayFile& file) {
  const auto wanted = guarded(file.database().path().string(),
                              [&]() -> Result<bool> { return file.hasSegments() && file.hasPagesToGiveBack(); });
  if (!wanted) return wanted;
  if (!*wanted) {
    m_finished.insert(day);
    return false;
  }
  auto swap = std::make_shared<CompactionSwap>();
  swap->day = day;
  swap->vacuumPages = kVacuumPages;
  if (const auto done = m_swap(std::move(swap)); !done) return failFrom(done);
  return true;
}

bool Compactor::isLeftAlone(Day day, bool isSegment, std::int64_t number) const {
  return m_leftAlone.contains({day, {isSegment, number}});
}

/// What cannot be read must not be written anew without it; it stays where it is.
void Compactor::leaveAlone(Day day, const Part& part, const Error& why) {
  m_leftAlone.insert({day, {part.isSegment, part.number}});
  m_context.log.warning("stored samples cannot be compacted and are left alone",
                        {{"day", day.time_since_epoch().count()},
                         {part.isSegment ? "segment" : "block", part.number},
                         {"reason", why.message()}});
}

}  // namespace carport
