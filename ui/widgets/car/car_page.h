#pragma once

#include "ui/widgets/car/car_presenter.h"

#include <QWidget>

class QBoxLayout;
class QLabel;
class QScrollArea;
class QVBoxLayout;

namespace carport::ui {

class CarHeader;
class CommandPanel;
class FactsPanel;
class FittedTable;
class Notice;
class PlotPanel;
class TroubleList;

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

 signals:
  void showOnMapRequested(carport::PrincipalNumber car);
  void openPageRequested(carport::PrincipalNumber car);

 private:
  void makeSections();
  void arrange();
  void refresh();
  void refreshEmptyTexts();
  QWidget* section(const QString& title, std::initializer_list<QWidget*> parts);

  CarPresenter m_presenter;
  bool m_compact = false;
  CarHeader* m_header = nullptr;
  Notice* m_notice = nullptr;
  QScrollArea* m_scroll = nullptr;
  QBoxLayout* m_columns = nullptr;
  QVBoxLayout* m_main = nullptr;
  QVBoxLayout* m_side = nullptr;
  QWidget* m_sideHolder = nullptr;
  TroubleList* m_troubles = nullptr;
  PlotPanel* m_plots = nullptr;
  FittedTable* m_values = nullptr;
  QLabel* m_noValues = nullptr;
  CommandPanel* m_commands = nullptr;
  FittedTable* m_events = nullptr;
  QLabel* m_noEvents = nullptr;
  FactsPanel* m_facts = nullptr;
  QWidget* m_valuesSection = nullptr;
  QWidget* m_commandsSection = nullptr;
  QWidget* m_eventsSection = nullptr;
  QWidget* m_factsSection = nullptr;
};

}  // namespace carport::ui
