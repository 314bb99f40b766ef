#include "gateway/server/attempt_log.h"

#include "gateway/base/utf8_prefix.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace carport {

namespace {

void cut(std::string& text) {
  text.resize(utf8Prefix(text, api::kMaxAuditTextBytes).size());
}

/// Entries with the same key are alike.
std::string keyOf(const api::AuditEntry& entry) {
  std::string key;
  for (const std::string* part : {&entry.address, &entry.who, &entry.action, &entry.about}) {
    key += *part;
    key += '\0';
  }
  key += static_cast<char>(entry.door);
  key += entry.isHouses ? 'h' : ' ';
  return key;
}

/// Puts first of each organisation its oldest, then of each its second, and so on: of a flood of one, the others' few
/// are not left out. `entries` by time.
void takeTurns(std::vector<api::AuditEntry>& entries) {
  std::map<std::string, std::size_t> seen;
  std::vector<std::pair<std::size_t, std::size_t>> turns;  // of each entry: its turn, and where it stands
  for (const api::AuditEntry& entry : entries) turns.emplace_back(seen[entry.organisation]++, turns.size());
  std::sort(turns.begin(), turns.end());
  std::vector<api::AuditEntry> ordered;
  ordered.reserve(entries.size());
  for (const auto& [turn, place] : turns) ordered.push_back(std::move(entries[place]));
  entries = std::move(ordered);
}

}  // namespace

void AttemptLog::refused(api::AuditEntry entry, TimePoint now) {
  for (std::string* text : {&entry.who, &entry.address, &entry.action, &entry.about, &entry.reason}) cut(*text);
  if (entry.time == TimePoint{}) entry.time = now;
  auto key = keyOf(entry);
  const std::lock_guard lock(m_mutex);
  add(std::move(key), std::move(entry));
}

void AttemptLog::add(std::string key, api::AuditEntry entry) {
  if (const auto alike = m_waiting.find(key); alike != m_waiting.end()) {
    alike->second.count += entry.count;
    return;
  }
  auto& fromThere = m_fromSource[entry.address];
  const auto isOfTheSame = [&](const auto& other) { return other.second.organisation == entry.organisation; };
  const bool isShareFull = !entry.organisation.empty() && m_waiting.size() >= m_limits.maxOfOrganisation &&
                           static_cast<std::size_t>(std::count_if(m_waiting.begin(), m_waiting.end(), isOfTheSame)) >=
                               m_limits.maxOfOrganisation;
  if (m_waiting.size() >= m_limits.maxWaiting || fromThere >= m_limits.maxFromSource || isShareFull) {
    if (fromThere == 0) m_fromSource.erase(entry.address);
    return leaveOut(entry);
  }
  ++fromThere;
  m_waiting.emplace(std::move(key), std::move(entry));
}

void AttemptLog::leaveOut(const api::AuditEntry& entry) {
  m_leftOutNow += entry.count;
  m_leftOutEver += static_cast<std::uint64_t>(entry.count);
  m_leftOutFrom = entry.address;
}

void AttemptLog::refill(SteadyPoint now) {
  const double minutes = std::chrono::duration<double, std::ratio<60>>(now - m_refilled).count();
  if (m_refilled != SteadyPoint{}) m_room += minutes * static_cast<double>(m_limits.perMinute);
  m_room = std::min(m_room, static_cast<double>(m_limits.burst));
  m_refilled = now;
}

std::vector<api::AuditEntry> AttemptLog::take(SteadyPoint now, TimePoint time) {
  std::vector<api::AuditEntry> entries;
  const std::lock_guard lock(m_mutex);
  refill(now);
  for (auto& [key, entry] : m_waiting) entries.push_back(std::move(entry));
  m_waiting.clear();
  m_fromSource.clear();
  const auto isEarlier = [](const auto& a, const auto& b) { return a.time < b.time; };
  std::stable_sort(entries.begin(), entries.end(), isEarlier);
  const auto room = std::min(entries.size(), static_cast<std::size_t>(m_room));
  if (room < entries.size()) takeTurns(entries);
  for (std::size_t i = room; i < entries.size(); ++i) leaveOut(entries[i]);
  entries.resize(room);
  std::stable_sort(entries.begin(), entries.end(), isEarlier);
  m_room -= static_cast<double>(room);
  if (m_leftOutNow == 0 || (m_hasTold && now - m_leftOutTold < kLeftOutEvery)) return entries;
  api::AuditEntry told;
  told.time = time;
  told.outcome = api::ActOutcome::refused;
  told.action = kLeftOut;
  told.address = m_leftOutFrom;
  told.count = std::exchange(m_leftOutNow, 0);
  told.reason =
      fmt::format("So many more refused attempts, the latest from there, were too many to be told one by one");
  entries.push_back(std::move(told));
  m_leftOutTold = now;
  m_hasTold = true;
  return entries;
}

void AttemptLog::putBack(std::vector<api::AuditEntry> entries) {
  const std::lock_guard lock(m_mutex);
  for (api::AuditEntry& entry : entries) {
    if (entry.action == kLeftOut) {
      m_leftOutNow += entry.count;
      m_hasTold = false;
      continue;
    }
    m_room = std::min(m_room + 1, static_cast<double>(m_limits.burst));
    auto key = keyOf(entry);
    add(std::move(key), std::move(entry));
  }
}

bool AttemptLog::empty() const {
  const std::lock_guard lock(m_mutex);
  return m_waiting.empty() && m_leftOutNow == 0;
}

std::uint64_t AttemptLog::leftOut() const {
  const std::lock_guard lock(m_mutex);
  return m_leftOutEver;
}

}  // namespace carport
