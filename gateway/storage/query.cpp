#include "gateway/storage/query.h"

namespace carport {

Query::~Query() {
  m_statement->tryReset();
  try {
    m_statement->clearBindings();
  } catch (...) {  // nothing depends on it: parameters are bound anew at the next use
  }
}

void Query::again() {
  m_statement->reset();
  m_next = 1;
}

std::span<const std::byte> Query::blob(int column) const {
  const auto value = m_statement->getColumn(column);
  const auto* data = static_cast<const std::byte*>(value.getBlob());
  return {data, data == nullptr ? 0 : static_cast<std::size_t>(value.getBytes())};
}

void Query::bindBytes(std::string_view text) {
  m_statement->bind(m_next++, std::string(text));
}

void Query::bindBytes(std::span<const std::byte> blob) {
  // A null pointer would bind NULL instead of an empty blob.
  m_statement->bindNoCopy(m_next++, blob.empty() ? static_cast<const void*>("") : blob.data(),
                          static_cast<int>(blob.size()));
}

}  // namespace carport
