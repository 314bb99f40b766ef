#pragma once

#include "gateway/api/fence_tester.h"

#include <QString>
#include <QStringList>

#include <cstddef>
#include <utility>
#include <vector>

namespace carport::ui {

/// What fences are called and which places are in them, for searching cars by them. A value.
class FenceAreas {
 public:
  void add(const QString& name, api::FenceTester tester) {
    m_names.append(name);
    m_testers.push_back(std::move(tester));
  }

  std::size_t size() const { return m_testers.size(); }
  /// In the order of the testers; the same name may stand there twice.
  const QStringList& names() const { return m_names; }
  const api::FenceTester& tester(std::size_t index) const { return m_testers[index]; }

 private:
  QStringList m_names;
  std::vector<api::FenceTester> m_testers;
};

}  // namespace carport::ui
