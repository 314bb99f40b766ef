#pragma once

#include <memory>
#include <utility>

namespace carport {

/// A value that is mostly absent and seldom changes: an absent one costs no more than two pointers, and copies share
/// what is there. Compares by value. A value; what is shared is never changed, so copies may be read on any thread.
template <class T>
class Rare {
 public:
  Rare() = default;
  explicit Rare(T value) : m_value(std::make_shared<const T>(std::move(value))) {}
  Rare& operator=(T value) {
    m_value = std::make_shared<const T>(std::move(value));
    return *this;
  }

  explicit operator bool() const { return m_value != nullptr; }
  const T* get() const { return m_value.get(); }
  const T& operator*() const { return *m_value; }
  const T* operator->() const { return m_value.get(); }
  void reset() { m_value.reset(); }

  bool operator==(const Rare& other) const {
    if (m_value == other.m_value) return true;
    return m_value && other.m_value && *m_value == *other.m_value;
  }

 private:
  std::shared_ptr<const T> m_value;
};

}  // namespace carport
