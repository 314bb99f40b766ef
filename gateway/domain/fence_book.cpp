#include "gateway/domain/fence_book.h"

#include <utility>

namespace carport {

void FenceBook::reset(std::vector<FenceRecord> records) {
  m_shelves.clear();
  m_versions.clear();
  m_rows.clear();
  m_oldest = ++m_newest;
  for (FenceRecord& record : records) put(std::move(record));
}

void FenceBook::put(FenceRecord record) {
  const std::int64_t row = record.row;
  const auto kept = std::make_shared<const FenceRecord>(std::move(record));
  m_rows.insert_or_assign(row, kept);
  m_shelves[kept->fence.organisation].insert_or_assign(kept->fence.number.value, kept);
  touched(kept->fence.organisation);
}

void FenceBook::remove(std::int64_t row) {
  const auto found = m_rows.find(row);
  if (found == m_rows.end()) return;
  const Pointer gone = found->second;
  m_rows.erase(found);
  const std::string& organisation = gone->fence.organisation;
  const auto shelf = m_shelves.find(organisation);
  // An organisation of the same name may have begun to count anew.
  const auto place = shelf->second.find(gone->fence.number.value);
  if (place != shelf->second.end() && place->second->row == row) shelf->second.erase(place);
  if (shelf->second.empty()) m_shelves.erase(shelf);
  touched(organisation);
}

std::vector<FenceBook::Pointer> FenceBook::of(std::string_view organisation) const {
  std::vector<Pointer> fences;
  const auto shelf = m_shelves.find(organisation);
  if (shelf == m_shelves.end()) return fences;
  fences.reserve(shelf->second.size());
  for (const auto& [number, fence] : shelf->second) fences.push_back(fence);
  return fences;
}

FenceBook::Pointer FenceBook::find(std::string_view organisation, api::FenceNumber number) const {
  const auto shelf = m_shelves.find(organisation);
  if (shelf == m_shelves.end()) return nullptr;
  const auto found = shelf->second.find(number.value);
  return found == shelf->second.end() ? nullptr : found->second;
}

std::uint64_t FenceBook::version(std::string_view organisation) const {
  const auto found = m_versions.find(organisation);
  return found == m_versions.end() ? m_oldest : found->second;
}

}  // namespace carport
