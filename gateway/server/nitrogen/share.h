#pragma once

#include "gateway/base/strong_id.h"

#include <cstddef>
#include <string_view>

namespace carport {

/// Counts how much of something that all share a principal and its organisation have. The house is no organisation: all
/// that there is may be its own.
class Share {
 public:
  Share(PrincipalNumber principal, std::string_view organisation)
      : m_principal(principal), m_organisation(organisation) {}

  /// One that somebody has.
  void add(PrincipalNumber owner, std::string_view organisation) {
    if (owner == m_principal) ++m_ofPrincipal;
    if (!m_organisation.empty() && organisation == m_organisation) ++m_ofOrganisation;
  }
  bool isUsedUp(std::size_t maxOfPrincipal, std::size_t maxOfOrganisation) const {
    return m_ofPrincipal >= maxOfPrincipal || m_ofOrganisation >= maxOfOrganisation;
  }

 private:
  const PrincipalNumber m_principal;
  const std::string_view m_organisation;
  std::size_t m_ofPrincipal = 0;
  std::size_t m_ofOrganisation = 0;
};

}  // namespace carport
