#pragma once

#include "gateway/api/principal.h"
#include "gateway/base/clock.h"
#include "gateway/domain/registry.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <unordered_map>

namespace carport {

/// Which cars one caller may view. Decisions are kept until the registry changes or a rule expires, because live feeds
/// ask for every car many times a second. Owner: a live feed or a handler; the control thread.
class ViewFilter {
 public:
  /// `viewer` with the scope of what he signed in with.
  ViewFilter(const Registry& registry, const Clock& clock, const api::Principal& viewer);

  /// Forgets the decisions where they no longer hold; true where it did. Call before a run of mayView().
  bool refresh();
  bool mayView(PrincipalNumber car);
  /// Whether the viewer may get this message over MQTT: asks the rules each time, because they may look into it.
  bool mayReceive(std::string_view topic, std::string_view payload) const;
  /// Whether the viewer may get every message there, whatever is in it.
  bool mayReceiveAll(std::string_view topic) const;
  /// Whether the rules could let the viewer see anything but himself: whoever may sees the organisation's fences, too.
  bool mayViewAnything() const { return m_mayViewAnything; }
  /// Whether the viewer may administer the gateway as a whole.
  bool mayAdminister() const;
  /// The viewer's; empty: the house.
  std::string_view organisation() const { return m_who ? m_who->organisation() : std::string_view(); }

 private:
  template <class Ask>
  bool askAbout(std::string_view topic, const Ask& ask) const;

  const Registry& m_registry;
  const Clock& m_clock;
  const PrincipalNumber m_viewer;
  const std::shared_ptr<const api::TokenScope> m_scope;
  std::optional<api::Principal> m_who;
  std::shared_ptr<const RuleSet> m_rules;
  bool m_mayViewAnything = false;
  std::uint64_t m_version = 0;
  std::optional<TimePoint> m_validUntil;
  std::unordered_map<PrincipalNumber, bool> m_decisions;
};

}  // namespace carport
