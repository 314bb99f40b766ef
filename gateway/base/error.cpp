#include "gateway/base/error.h"

namespace carport {

namespace {
constexpr ErrorEntry kUnknown{0, ErrorKind::internal, "An error that its module does not list"};
}

const ErrorEntry& ErrorDomain::entry(int value) const {
  for (const ErrorEntry& entry : m_entries) {
    if (entry.value == value) return entry;
  }
  return kUnknown;
}

std::string Error::message() const {
  return m_detail.empty() ? std::string(m_domain->entry(m_value).text) : m_detail;
}

}  // namespace carport
