#pragma once

#include "gateway/api/car.h"
#include "gateway/api/car_state.h"
#include "gateway/base/clock.h"
#include "ui/models/car_metrics.h"
#include "ui/models/fence_areas.h"

#include <QHash>
#include <QObject>
#include <QString>
#include <QStringList>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace carport::ui {

/// The one place in the portal that holds what is known of the cars now: map, table and search all read from here. A
/// row is a car; rows keep their order (by id) until reset() tells otherwise. Columns are plain arrays, so that 30,000
/// cars are run over in well under a millisecond. Owner: app or shell. GUI thread.
class CarStore : public QObject {
  Q_OBJECT

 public:
  using Row = std::uint32_t;
  /// Most cars shown; further ones are left out and hiddenCars() says how many.
  static constexpr std::size_t kMaxCars = 200'000;

  explicit CarStore(QObject* parent = nullptr);
  ~CarStore() override;

  // --- What there is ---

  std::size_t size() const { return m_numbers.size(); }
  std::size_t hiddenCars() const { return m_hiddenCars; }
  std::optional<Row> rowOf(PrincipalNumber number) const;
  std::optional<Row> rowOfId(const QString& id) const;

  std::span<const PrincipalNumber> numbers() const { return m_numbers; }
  std::span<const double> latitudes() const { return m_latitudes; }    ///< degrees; NaN: no fix
  std::span<const double> longitudes() const { return m_longitudes; }  ///< degrees; NaN: no fix
  std::span<const float> speeds() const { return m_speeds; }           ///< km/h; NaN: unknown
  std::span<const float> headings() const { return m_headings; }       ///< degrees; NaN: unknown
  std::span<const api::Activity> activities() const { return m_activities; }
  std::span<const std::int64_t> timesMs() const { return m_timesMs; }  ///< of the newest sample; 0: never heard of
  std::span<const float> batteries() const { return m_batteries; }     ///< per cent; NaN: unknown

  const QString& id(Row row) const { return m_identities[row].id; }
  const QString& name(Row row) const { return m_identities[row].name; }
  /// What people read: the name, or the id where there is none.
  const QString& label(Row row) const;
  const QStringList& groups(Row row) const { return m_identities[row].groups; }
  /// What the fleet notes about the car, by name.
  const api::Attributes& attributes(Row row) const { return m_identities[row].attributes; }
  /// The words of its attribute “tags”.
  const QStringList& tags(Row row) const { return m_identities[row].tags; }
  bool isBlocked(Row row) const { return m_identities[row].blocked; }
  bool isConnected(Row row) const { return m_connected[row]; }
  bool hasFix(Row row) const;
  std::int64_t createdAtMs(Row row) const { return m_identities[row].createdAtMs; }
  /// Lower-case text with id, name, groups and attributes, for searching.
  const QString& searchText(Row row) const { return m_identities[row].searchText; }
  api::CarPosition position(Row row) const;

  /// The clock that gliding between fixes goes by: steady, in ms.
  static std::int64_t steadyMs();

  /// How many cars there are in each activity, by its number.
  std::size_t countOf(api::Activity activity) const { return m_counts[std::size_t(activity)]; }

  /// What the car's age is told against: the gateway's clock, or the moment that is shown.
  TimePoint now() const;
  /// Whether the present is shown; otherwise everything here is as it was at now().
  bool isLive() const { return !m_moment; }
  /// How many seconds pass in one: 1 in the present, 0 at a moment that stands still.
  double pace() const { return m_pace; }
  /// Gateway's clock minus this computer's.
  void setClockOffset(Milliseconds offset) { m_clockOffset = offset; }

  /// The newest whole state that was received for a car, for those that somebody watches; null where there is none.
  const api::CarState* state(PrincipalNumber number) const;

  /// The newest metrics of the cars whose state was received, by column.
  const CarMetrics& metrics() const { return m_metrics; }
  /// Groups, tags and names of attributes that cars have, each in order and once.
  const QStringList& allGroups() const { return m_allGroups; }
  const QStringList& allTags() const { return m_allTags; }
  const QStringList& allAttributes() const { return m_allAttributes; }

  /// The fences that cars are searched by; they are not its own.
  const FenceAreas& fences() const { return m_fences; }

  // --- What changes it ---

  void setFences(FenceAreas fences) { m_fences = std::move(fences); }

  /// Takes the place of all cars; what is already known of their positions stays where it is newer.
  void setCars(const std::vector<api::Car>& cars);
  /// Positions of cars that are not in the list are ignored.
  void applyPositions(std::span<const api::CarPosition> positions);
  void applyState(const api::CarState& state);
  /// Nothing was heard of this car at the moment that is shown.
  void forgetState(PrincipalNumber number);
  /// What is known of the states of all other cars is of another moment.
  void keepStatesOf(const std::vector<PrincipalNumber>& cars);
  /// From now on the store is as it was at a moment (the time machine fills it in), or none: as it is in the present.
  void setMoment(std::optional<TimePoint> moment, double pace = 0);
  /// Takes in the newest values of many cars; in the present alone, of which they are.
  void applyLatest(const api::FleetLatest& latest);
  void clear();

 signals:
  /// Every row may be another car now.
  void reset();
  /// Position, speed, activity or time of these rows changed.
  void positionsChanged(const std::vector<carport::ui::CarStore::Row>& rows);
  /// The present is shown again, or no longer; what is known of the cars is told anew.
  void liveChanged(bool live);
  /// now() is another moment of the past.
  void momentChanged(carport::TimePoint moment);
  /// The moment stays for a while, or some time has passed: lists that are costly to fetch may follow now.
  void momentSettled();
  /// state() of this car, and its battery column, changed.
  void stateChanged(carport::PrincipalNumber car);
  /// metrics() of these rows changed, and their battery column may have.
  void metricsChanged(const std::vector<carport::ui::CarStore::Row>& rows);
  /// A metric was met that no car had sent before.
  void metricNamesChanged();

 private:
  struct Identity {
    QString id;
    QString name;
    QStringList groups;
    QStringList tags;
    api::Attributes attributes;
    QString searchText;
    std::int64_t createdAtMs = 0;
    bool blocked = false;
  };
  struct Known {
    api::CarPosition position;
    float battery;
  };

  void append(const api::Car& car);
  void applyMetrics(const api::CarState& state);
  void applyBatteries(const std::vector<Row>& rows);
  void setPosition(Row row, const api::CarPosition& position);
  void resizeColumns(std::size_t size);
  void gatherNames();
  void forgetStates();
  std::vector<std::pair<PrincipalNumber, Known>> known() const;

  std::vector<PrincipalNumber> m_numbers;
  std::vector<double> m_latitudes;
  std::vector<double> m_longitudes;
  std::vector<float> m_speeds;
  std::vector<float> m_headings;
  std::vector<api::Activity> m_activities;
  std::vector<std::int64_t> m_timesMs;
  std::vector<float> m_batteries;
  std::vector<bool> m_connected;
  std::vector<Identity> m_identities;
  CarMetrics m_metrics;
  FenceAreas m_fences;
  QStringList m_allGroups;
  QStringList m_allTags;
  QStringList m_allAttributes;
  QHash<quint32, Row> m_rows;
  QHash<QString, Row> m_rowsById;
  QHash<quint32, api::CarState> m_states;
  std::array<std::size_t, 6> m_counts{};
  std::size_t m_hiddenCars = 0;
  Milliseconds m_clockOffset{0};
  std::optional<TimePoint> m_moment;
  double m_pace = 1;
};

}  // namespace carport::ui
