#pragma once

#include "ui/models/moment_track.h"
#include "ui/widgets/car/car_presenter.h"

#include <QWidget>

#include <functional>

class QBoxLayout;
class QLabel;
class QScrollArea;
class QVBoxLayout;

namespace carport::ui {

class AccessPanel;
class CarHeader;
class CommandPanel;
class ConnectionsPanel;
class DayPanel;
class FactsPanel;
class FittedTable;
class MessagesPanel;
class NotePanel;
class Notice;
class PlotPanel;
class TroubleList;
class WherePanel;

/// The page of one car: what it is doing, its latest values, plots, commands, events, and what is known about it. The
/// same widget fills the window and, compact, the narrow drawer. Owner: shell. GUI thread.
class CarPage : public QWidget {
  Q_OBJECT

 public:
  /// Lives shorter than `client` and `store`.
  CarPage(GatewayClient& client, CarStore& store, QWidget* parent = nullptr);
  ~CarPage() override;

  void showCar(PrincipalNumber car);
  PrincipalNumber car() const { return m_presenter.car(); }
  /// One column and smaller figures, for the drawer.
  void setCompact(bool compact);
  CarPresenter& presenter() { return m_presenter; }
  PlotPanel& plots() { return *m_plots; }
  DayPanel& day() { return *m_day; }
  /// The small map beside the plots; the compact page has none.
  WherePanel& where() { return *m_where; }
  /// Where the car was in the period of the plots.
  MomentTrack& track() { return m_track; }
  MessagesPanel& messages() { return *m_messages; }
  ConnectionsPanel& connections() { return *m_connections; }
  /// Names the place at a latitude and longitude, as a street map does; empty where it has no name. None: coordinates.
  void setPlaceNamer(std::function<QString(double, double)> namer);

 signals:
  void showOnMapRequested(carport::PrincipalNumber car);
  void openPageRequested(carport::PrincipalNumber car);
  /// A moment of the plots is wanted on the map, and in the whole window.
  void momentOnMapRequested(carport::PrincipalNumber car, carport::TimePoint moment);
  /// A moment of the day was chosen; the plots are there already.
  void momentChosen(carport::TimePoint moment);
  /// Somebody wants to see this access rule among all of them.
  void ruleRequested(carport::RuleNumber rule);

 protected:
  void resizeEvent(QResizeEvent* event) override;

 private:
  void makeSections();
  /// What people know of the car and may do with it.
  void makePeopleSections();
  /// How it is connected, and what it sends, as it comes.
  void makeRecordSections();
  void arrange();
  /// One column where two have no room for the text.
  void fitColumns();
  void refresh();
  void refreshEmptyTexts();
  /// What the car does, since when and where.
  QString sentence() const;
  void showMoment(TimePoint moment);
  /// The plots' cursor leads to where the car was then.
  void makeWhereSection();
  QWidget* section(const QString& title, std::initializer_list<QWidget*> parts);

  GatewayClient& m_client;
  CarStore& m_store;
  CarPresenter m_presenter;
  MomentTrack m_track;
  std::function<QString(double, double)> m_placeNamer;
  bool m_compact = false;
  bool m_isNarrow = false;
  CarHeader* m_header = nullptr;
  DayPanel* m_day = nullptr;
  Notice* m_notice = nullptr;
  QScrollArea* m_scroll = nullptr;
  QBoxLayout* m_columns = nullptr;
  QVBoxLayout* m_main = nullptr;
  QVBoxLayout* m_side = nullptr;
  QWidget* m_sideHolder = nullptr;
  TroubleList* m_troubles = nullptr;
  PlotPanel* m_plots = nullptr;
  WherePanel* m_where = nullptr;
  FittedTable* m_values = nullptr;
  QLabel* m_noValues = nullptr;
  CommandPanel* m_commands = nullptr;
  FittedTable* m_events = nullptr;
  QLabel* m_noEvents = nullptr;
  FactsPanel* m_facts = nullptr;
  NotePanel* m_note = nullptr;
  MessagesPanel* m_messages = nullptr;
  ConnectionsPanel* m_connections = nullptr;
  AccessPanel* m_access = nullptr;
  QWidget* m_whereSection = nullptr;
  QWidget* m_valuesSection = nullptr;
  QWidget* m_commandsSection = nullptr;
  QWidget* m_eventsSection = nullptr;
  QWidget* m_factsSection = nullptr;
  QWidget* m_noteSection = nullptr;
  QWidget* m_messagesSection = nullptr;
  QWidget* m_connectionsSection = nullptr;
  QWidget* m_accessSection = nullptr;
};

}  // namespace carport::ui
