#pragma once

#include "gateway/api/limit.h"
#include "gateway/api/organisation.h"
#include "gateway/api/permission.h"
#include "gateway/api/principal.h"
#include "gateway/api/retention.h"
#include "gateway/base/rare.h"
#include "gateway/base/rare_text.h"
#include "gateway/base/result.h"
#include "gateway/domain/act.h"
#include "gateway/domain/answer_store.h"
#include "gateway/domain/fence_book.h"
#include "gateway/domain/people_store.h"
#include "gateway/domain/provisioning_store.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace carport {

/// A car's secret as it is kept: BLAKE2b-256 of the secret, salted, keyed by the file beside the database.
struct DeviceSecret {
  std::array<std::uint8_t, 16> salt{};
  std::array<std::uint8_t, 32> hash{};
  bool operator==(const DeviceSecret&) const = default;
};

/// A car's secret before the present one: it is still good until the overlap ends.
struct RetiringSecret {
  DeviceSecret secret;
  TimePoint until{};
  bool operator==(const RetiringSecret&) const = default;
};

/// A principal with what proves that it is the one.
struct PrincipalRecord {
  api::Principal principal;
  RareText passwordHash;               ///< all but devices: Argon2id in its text form; empty: cannot sign in so
  std::optional<DeviceSecret> secret;  ///< devices
  bool mustChangePassword = false;
  bool hasSecondFactor = false;   ///< kept up by PeopleStore alone
  Rare<RetiringSecret> retiring;  ///< devices, while an overlap lasts

  bool operator==(const PrincipalRecord&) const = default;
};

struct TokenRecord {
  api::TokenInfo info;
  std::array<std::uint8_t, 32> hash{};  ///< BLAKE2b-256 of the token's text
  bool operator==(const TokenRecord&) const = default;
};

/// The registry as the database has it.
struct RegistrySnapshot {
  std::vector<PrincipalRecord> principals;
  std::vector<api::Rule> rules;
  std::vector<TokenRecord> tokens;
  std::vector<api::Organisation> organisations;
  std::vector<api::Role> roles;  ///< without the built-in ones
  std::vector<api::Limit> limits;
  std::vector<FenceRecord> fences;
  std::int64_t sequence = 0;  ///< number of the newest change that is in it
};

/// What changed in the registry after some sequence number, by whichever process.
struct RegistryChanges {
  bool reloadEverything = false;            ///< too long ago to tell: call load()
  std::vector<PrincipalRecord> principals;  ///< added or changed
  std::vector<PrincipalNumber> removedPrincipals;
  std::optional<std::vector<api::Rule>> rules;  ///< all rules, where any changed
  std::vector<TokenRecord> tokens;              ///< added or changed
  std::vector<std::int64_t> removedTokens;
  std::optional<std::vector<api::Organisation>> organisations;  ///< all of them, where any changed
  std::optional<std::vector<api::Role>> roles;                  ///< likewise
  std::optional<std::vector<api::Limit>> limits;                ///< likewise
  std::vector<FenceRecord> fences;                              ///< added or changed
  std::vector<std::int64_t> removedFences;                      ///< by their rows
  std::int64_t sequence = 0;
};

/// Port: where the registry is kept. Every call blocks; on success it is on disk. One thread an instance; several
/// instances, in several processes, may share the database. Implemented by storage.
///
/// Every call that changes something enters what it changed in the audit log, in the same transaction, so that neither
/// is there without the other; as who did it, it names act().
class RegistryStore {
 public:
  /// Most rules of the house, and of each organisation; one more is refused.
  static constexpr std::size_t kMaxRules = 10'000;
  /// Most organisations, and most roles besides the built-in ones; one more is refused.
  static constexpr std::size_t kMaxOrganisations = 1000;
  static constexpr std::size_t kMaxRoles = 1000;
  /// Most roles of one organisation, so that none takes them all.
  static constexpr std::size_t kMaxRolesOfOrganisation = 100;

  virtual ~RegistryStore() = default;

  /// Says who does what is asked from here on; until then it is the gateway itself.
  void actAs(Act act) { m_act = std::move(act); }
  const Act& act() const { return m_act; }
  /// Enters in the audit log what changes nothing here (a backup, a drain), or was refused. The time is filled in where
  /// it is not there.
  virtual Result<void> enter(std::span<const api::AuditEntry> entries) = 0;
  /// Removes the entries of the audit log that are older, from its beginning on, and says so in the log; what is left
  /// can still be verified. Returns how many went.
  virtual Result<std::size_t> forgetAuditBefore(TimePoint time) = 0;

  virtual Result<RegistrySnapshot> load() = 0;
  virtual Result<RegistryChanges> changesSince(std::int64_t sequence) = 0;

  /// Adds a principal; its number, its creation time and the organisation that its id begins with are filled in.
  /// StorageErrc::exists where the id is taken;
  /// StorageErrc::notFound where its organisation, its role or one of its groups is not there, or not its own.
  virtual Result<PrincipalRecord> addPrincipal(PrincipalRecord record) = 0;
  /// Adds or, where the id is taken by the same type, updates name and secret where they are given, and of records with
  /// a number their groups and attributes as they are there; all in one transaction or none. StorageErrc::notFound
  /// where a record with a number is there no longer.
  virtual Result<std::size_t> importPrincipals(std::span<const PrincipalRecord> records) = 0;
  virtual Result<void> updatePrincipal(const PrincipalRecord& record) = 0;
  /// Also removes its tokens and the rules and limits that name it. Refused while a retention policy is about it: with
  /// the group gone, what its cars sent could go sooner than anybody wants.
  virtual Result<void> removePrincipal(PrincipalNumber number) = 0;

  /// Its number is filled in. StorageErrc::notFound where its organisation is not there.
  virtual Result<api::Rule> addRule(api::Rule rule) = 0;
  virtual Result<void> updateRule(const api::Rule& rule) = 0;
  virtual Result<void> removeRule(RuleNumber number) = 0;

  /// Adds an organisation with the rules of a first start; its creation time is filled in. StorageErrc::exists where
  /// the id is taken, or begins the id of something of the house.
  virtual Result<api::Organisation> addOrganisation(api::Organisation organisation) = 0;
  /// Name and note.
  virtual Result<void> updateOrganisation(const api::Organisation& organisation) = 0;
  /// Removes it with its rules, roles, keys and fences. StorageErrc::exists where somebody is in it still.
  virtual Result<void> removeOrganisation(const std::string& id) = 0;
  /// Adds a role; its creation time is filled in. StorageErrc::exists where the id is taken.
  virtual Result<api::Role> addRole(api::Role role) = 0;
  /// Name and note.
  virtual Result<void> updateRole(const api::Role& role) = 0;
  /// Also removes the rules that name it. StorageErrc::exists where somebody has it.
  virtual Result<void> removeRole(const std::string& id) = 0;
  /// Adds a limit; its number is filled in. StorageErrc::notFound where its organisation is not there,
  /// StorageErrc::exists where that has as many as there may be (api::kMaxLimitsOfOrganisation, kMaxLimitsOfHouse).
  virtual Result<api::Limit> addLimit(api::Limit limit) = 0;
  virtual Result<void> updateLimit(const api::Limit& limit) = 0;
  /// `organisation`: whose limit it is; empty: the house's.
  virtual Result<void> removeLimit(const std::string& organisation, api::LimitNumber number) = 0;
  /// Adds a fence; its number and its times are filled in. StorageErrc::notFound where its organisation is not there,
  /// StorageErrc::exists where that has as many fences, or corners, as it may (api::kMaxFences, kMaxFencePointsOfAll).
  virtual Result<api::Fence> addFence(api::Fence fence) = 0;
  /// Name, colour, note and shape. Answers the fence as it is now; where nothing differs, that is as it was.
  virtual Result<api::Fence> updateFence(api::Fence fence) = 0;
  /// `organisation`: whose fence it is; empty: the house's.
  virtual Result<void> removeFence(const std::string& organisation, api::FenceNumber number) = 0;
  /// Keys and codes by which cars come into the registry.
  virtual ProvisioningStore& provisioning() = 0;
  /// Second factors, and when tokens were used.
  virtual PeopleStore& people() = 0;
  /// Answers that are kept for whoever asks the same again.
  virtual AnswerStore& answers() = 0;

  virtual Result<TokenRecord> addToken(TokenRecord record) = 0;
  virtual Result<void> removeToken(std::int64_t number) = 0;

  /// How long what cars sent is kept.
  virtual Result<api::Retention> retention() = 0;
  /// Puts this in the place of all that was. StorageErrc::notFound where a policy names a group that does not exist.
  virtual Result<void> setRetention(const api::Retention& retention) = 0;

 private:
  Act m_act;
};

/// Says for a while who uses a store: a transaction's worth of changes on the writer's one store.
class ActingAs {
 public:
  ActingAs(RegistryStore& store, Act act) : m_store(store), m_before(store.act()) { m_store.actAs(std::move(act)); }
  ~ActingAs() { m_store.actAs(std::move(m_before)); }
  ActingAs(const ActingAs&) = delete;
  ActingAs& operator=(const ActingAs&) = delete;

 private:
  RegistryStore& m_store;
  Act m_before;
};

}  // namespace carport
