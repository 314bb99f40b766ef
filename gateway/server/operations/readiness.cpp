#include "gateway/server/operations/readiness.h"

#include <string_view>

namespace carport {

std::string obstacles(bool isDraining, const WriterStatus& storage, DiskLevel disk) {
  std::string words;
  const auto add = [&words](bool applies, std::string_view word) {
    if (!applies) return;
    if (!words.empty()) words += ' ';
    words += word;
  };
  add(isDraining, "draining");
  add(storage.isFailing || storage.committing >= kHangingCommit, "storage");
  add(disk >= DiskLevel::reserved, "disk");
  return words;
}

}  // namespace carport
