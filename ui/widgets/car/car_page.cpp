#include "ui/widgets/car/car_page.h"

#include "ui/client/gateway_client.h"
#include "ui/models/car_words.h"
#include "ui/widgets/car/access_panel.h"
#include "ui/widgets/car/car_header.h"
#include "ui/widgets/car/coloured_delegate.h"
#include "ui/widgets/car/command_panel.h"
#include "ui/widgets/car/connections_panel.h"
#include "ui/widgets/car/day_panel.h"
#include "ui/widgets/car/facts_panel.h"
#include "ui/widgets/car/fitted_table.h"
#include "ui/widgets/car/messages_panel.h"
#include "ui/widgets/car/note_panel.h"
#include "ui/widgets/car/plot_panel.h"
#include "ui/widgets/car/trouble_list.h"
#include "ui/widgets/car/where_panel.h"
#include "ui/widgets/charts/time_chart.h"
#include "ui/widgets/common/notice.h"
#include "ui/widgets/style/metrics.h"

#include <QHeaderView>
#include <QLabel>
#include <QScrollArea>
#include <QVBoxLayout>

#include <utility>

namespace carport::ui {

namespace {
constexpr int kSideWidth = 340;
constexpr int kWideFrom = 860;  ///< pixels at 100 %, from which on there are two columns
constexpr int kValueRows = 24;
constexpr int kCompactValueRows = 16;
constexpr int kEventRows = 8;
}  // namespace

CarPage::CarPage(GatewayClient& client, CarStore& store, QWidget* parent)
    : QWidget(parent), m_client(client), m_store(store), m_presenter(client, store), m_track(client, store) {
  setAutoFillBackground(true);
  setBackgroundRole(QPalette::Base);
  auto* page = new QVBoxLayout(this);
  page->setContentsMargins(0, 0, 0, 0);
  page->setSpacing(0);
  m_scroll = new QScrollArea(this);
  m_scroll->setWidgetResizable(true);
  m_scroll->setAccessibleName(tr("Page of the car"));
  m_scroll->setFrameShape(QFrame::NoFrame);
  auto* content = new QWidget(m_scroll);
  content->setBackgroundRole(QPalette::Base);
  auto* column = new QVBoxLayout(content);
  column->setSpacing(space::kGroup);
  m_header = new CarHeader(content);
  m_notice = new Notice(content);
  m_columns = new QBoxLayout(QBoxLayout::LeftToRight);
  m_columns->setSpacing(space::kPage);
  m_main = new QVBoxLayout;
  m_main->setSpacing(space::kPage);
  m_sideHolder = new QWidget(content);
  m_side = new QVBoxLayout(m_sideHolder);
  m_side->setContentsMargins(0, 0, 0, 0);
  m_side->setSpacing(space::kPage);
  m_columns->addLayout(m_main, 1);
  m_columns->addWidget(m_sideHolder);
  column->addWidget(m_header);
  column->addWidget(m_notice);
  column->addLayout(m_columns, 1);
  m_scroll->setWidget(content);
  page->addWidget(m_scroll);

  makeSections();
  makeWhereSection();
  makePeopleSections();
  makeRecordSections();
  arrange();
  growWithText(*this, [this] {
    m_sideHolder->setFixedWidth(scaled(kSideWidth));
    fitColumns();
  });
  connect(m_header, &CarHeader::mapRequested, this, [this] { emit showOnMapRequested(car()); });
  connect(m_header, &CarHeader::pageRequested, this, [this] { emit openPageRequested(car()); });
  connect(&m_presenter, &CarPresenter::changed, this, &CarPage::refresh);
  connect(&m_presenter, &CarPresenter::carChanged, this, &CarPage::refresh);
  refresh();
}

CarPage::~CarPage() = default;

QWidget* CarPage::section(const QString& title, std::initializer_list<QWidget*> parts) {
  auto* holder = new QWidget(m_scroll->widget());
  auto* column = new QVBoxLayout(holder);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(space::kInside);
  auto* heading = new QLabel(title, holder);
  heading->setProperty("kind", "title");
  // As high as those that have buttons beside them, so that headings side by side are on one line.
  growWithText(*heading, [heading] { heading->setMinimumHeight(scaled(size::kRow)); });
  column->addWidget(heading);
  for (QWidget* part : parts) column->addWidget(part);
  return holder;
}

void CarPage::makeSections() {
  QWidget* content = m_scroll->widget();
  m_troubles = new TroubleList(content);
  m_day = new DayPanel(m_client, m_store, content);
  connect(m_day, &DayPanel::momentChosen, this, &CarPage::showMoment);
  connect(&m_day->loader(), &DayTimelineLoader::changed, this, &CarPage::refresh);
  connect(&m_client, &GatewayClient::connectionStateChanged, this, &CarPage::refresh);
  connect(&m_client, &GatewayClient::carStateReceived, &m_day->loader(), &DayTimelineLoader::addState);
  connect(&m_presenter, &CarPresenter::carChanged, this, [this] {
    const auto row = m_store.rowOf(m_presenter.car());
    m_day->loader().setCar(row ? m_store.id(*row) : QString(), m_presenter.car());
  });
  m_plots = new PlotPanel(m_presenter, content);
  m_values = new FittedTable(m_presenter.values(), kValueRows, content);
  m_values->setItemDelegate(new ColouredDelegate(ColouredDelegate::Kind::value, *m_values));
  m_values->setSelectionMode(QAbstractItemView::NoSelection);
  m_values->horizontalHeader()->setStretchLastSection(false);
  m_values->horizontalHeader()->setSectionResizeMode(int(ValueColumn::name), QHeaderView::Stretch);
  m_values->horizontalHeader()->setSectionResizeMode(int(ValueColumn::value), QHeaderView::ResizeToContents);
  m_values->setColumnWidth(int(ValueColumn::age), scaled(64));
  m_noValues = new QLabel(content);
  m_noValues->setProperty("kind", "muted");
  growWithText(*m_noValues, [this] { m_noValues->setMinimumHeight(scaled(size::kRow)); });
  m_commands = new CommandPanel(m_presenter, content);
  m_events = new FittedTable(m_presenter.events(), kEventRows, content);
  m_events->hideColumn(int(EventColumn::car));
  m_events->setItemDelegateForColumn(int(EventColumn::severity),
                                     new ColouredDelegate(ColouredDelegate::Kind::severity, *m_events));
  m_events->setColumnWidth(int(EventColumn::time), scaled(130));
  m_events->setColumnWidth(int(EventColumn::severity), scaled(100));
  m_events->setColumnWidth(int(EventColumn::name), scaled(180));
  m_values->setAccessibleName(tr("Latest values"));
  m_events->setAccessibleName(tr("Events"));
  m_noEvents = new QLabel(content);
  m_noEvents->setProperty("kind", "muted");
  growWithText(*m_noEvents, [this] { m_noEvents->setMinimumHeight(scaled(size::kRow)); });
  m_facts = new FactsPanel(content);
  m_valuesSection = section(tr("Latest values"), {m_values, m_noValues});
  m_commandsSection = section(tr("Commands"), {m_commands});
  m_eventsSection = section(tr("Events"), {m_events, m_noEvents});
  m_factsSection = section(tr("About this car"), {m_facts});
  for (const QAbstractItemModel* model : {static_cast<const QAbstractItemModel*>(&m_presenter.values()),
                                          static_cast<const QAbstractItemModel*>(&m_presenter.events())}) {
    connect(model, &QAbstractItemModel::modelReset, this, &CarPage::refreshEmptyTexts);
    connect(model, &QAbstractItemModel::rowsInserted, this, &CarPage::refreshEmptyTexts);
  }
  connect(&m_presenter.events(), &EventModel::loadingChanged, this, &CarPage::refreshEmptyTexts);
}

void CarPage::makeWhereSection() {
  m_where = new WherePanel(m_track, m_scroll->widget());
  m_whereSection = section(tr("Where it was"), {m_where});
  connect(&m_presenter, &CarPresenter::carChanged, this, [this] {
    const auto row = m_store.rowOf(m_presenter.car());
    m_track.setCar(row ? m_store.id(*row) : QString(), m_presenter.car());
  });
  TimeChart& chart = m_plots->chart();
  connect(&chart, &TimeChart::viewChanged, m_where, [this](const TimeRange& range) { m_where->setPeriod(range); });
  connect(m_plots, &PlotPanel::cursorMoved, m_where, [this](TimePoint time) {
    m_track.setPeriod(m_plots->chart().range());
    m_where->setCursor(time);
  });
  connect(m_plots, &PlotPanel::cursorLeft, m_where, [this] { m_where->setCursor(std::nullopt); });
  chart.setLeadsToMap(true);
  connect(&chart, &TimeChart::mapRequested, this, [this](TimePoint time) { emit momentOnMapRequested(car(), time); });
}

void CarPage::makePeopleSections() {
  QWidget* content = m_scroll->widget();
  m_note = new NotePanel(m_client, m_store, content);
  m_noteSection = section(tr("Note"), {m_note});
  m_access = new AccessPanel(m_client, content);
  m_accessSection = section(tr("Who sees this car, and why"), {m_access});
  connect(&m_presenter, &CarPresenter::carChanged, this, [this] { m_note->setCar(m_presenter.car()); });
  connect(m_access, &AccessPanel::ruleRequested, this, &CarPage::ruleRequested);
}

void CarPage::makeRecordSections() {
  QWidget* content = m_scroll->widget();
  m_messages = new MessagesPanel(m_client, m_store, content);
  m_messagesSection = section(tr("Messages as they arrived"), {m_messages});
  m_connections = new ConnectionsPanel(m_client, m_store, content);
  m_connectionsSection = section(tr("Connections"), {m_connections});
  connect(&m_presenter, &CarPresenter::carChanged, this, [this] {
    const auto row = m_store.rowOf(m_presenter.car());
    m_messages->setCar(m_presenter.car());
    m_connections->setCar(row ? m_store.id(*row) : QString(), m_presenter.car());
  });
}

void CarPage::arrange() {
  const auto empty = [](QVBoxLayout* layout) {
    while (QLayoutItem* item = layout->takeAt(0)) delete item;
  };
  empty(m_main);
  empty(m_side);
  const int edge = m_compact ? space::kGroup : space::kPage;
  m_scroll->widget()->layout()->setContentsMargins(edge, edge, edge, edge);
  m_scroll->setHorizontalScrollBarPolicy(m_compact ? Qt::ScrollBarAlwaysOff : Qt::ScrollBarAsNeeded);
  const bool oneColumn = m_compact || m_isNarrow;
  m_columns->setDirection(oneColumn ? QBoxLayout::TopToBottom : QBoxLayout::LeftToRight);
  m_main->addWidget(m_troubles);
  m_main->addWidget(m_day);
  m_main->addWidget(m_plots);
  (oneColumn ? m_main : m_side)->addWidget(m_whereSection);
  m_whereSection->setVisible(!m_compact);
  (oneColumn ? m_main : m_side)->addWidget(m_noteSection);
  (oneColumn ? m_main : m_side)->addWidget(m_valuesSection);
  m_main->addWidget(m_commandsSection);
  m_main->addWidget(m_eventsSection);
  m_main->addWidget(m_messagesSection);
  m_main->addWidget(m_connectionsSection);
  (oneColumn ? m_main : m_side)->addWidget(m_factsSection);
  m_main->addWidget(m_accessSection);
  m_main->addStretch(1);
  m_side->addStretch(1);
  m_sideHolder->setVisible(!oneColumn);
  m_values->setMaxRows(m_compact ? kCompactValueRows : kValueRows);
  m_events->setColumnHidden(int(EventColumn::message), m_compact);
  m_events->setColumnHidden(int(EventColumn::severity), m_compact);
  m_header->setCompact(m_compact);
  m_plots->setCompact(m_compact);
  m_commands->setCompact(m_compact);
  m_messages->setCompact(m_compact);
  m_connections->setCompact(m_compact);
  m_access->setCompact(m_compact);
}

void CarPage::fitColumns() {
  const bool isNarrow = width() < scaled(kWideFrom);
  if (isNarrow == m_isNarrow) return;
  m_isNarrow = isNarrow;
  arrange();
}

void CarPage::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  fitColumns();
}

void CarPage::setCompact(bool compact) {
  if (compact == m_compact) return;
  m_compact = compact;
  arrange();
}

void CarPage::showCar(PrincipalNumber car) {
  if (car == m_presenter.car()) return;
  m_presenter.setCar(car);
  m_scroll->ensureVisible(0, 0);
}

void CarPage::refresh() {
  const bool offline = !m_client.isConnected() && m_presenter.car();
  m_header->setCar(m_presenter.title(), sentence(), m_presenter.position(), offline);
  m_values->setEnabled(!offline);
  m_troubles->setTroubles(m_presenter.alarms(), m_presenter.refusals());
  m_facts->setFacts(m_presenter.facts());
  const api::Principal car = m_presenter.registered();
  m_access->setCar(car);
  m_accessSection->setVisible(!car.id.empty());
  m_noteSection->setVisible(!car.id.empty());
  if (m_presenter.trouble().isEmpty()) {
    m_notice->clear();
  } else {
    m_notice->showError(m_presenter.trouble());
  }
  refreshEmptyTexts();
}

QString CarPage::sentence() const {
  const api::CarPosition position = m_presenter.position();
  if (!m_presenter.car() || m_presenter.isGone()) return m_presenter.doing();
  CarContext context;
  // What is known of the day ends at present: in the past it would tell of what was yet to come.
  if (m_store.isLive()) context.since = m_day->loader().since();
  context.offline = !m_client.isConnected();
  if (m_placeNamer && position.hasFix()) context.place = m_placeNamer(position.latitude, position.longitude);
  return carSentence(position, context, m_store.now());
}

void CarPage::setPlaceNamer(std::function<QString(double, double)> namer) {
  m_placeNamer = std::move(namer);
  refresh();
}

void CarPage::showMoment(TimePoint moment) {
  TimeChart& chart = m_plots->chart();
  const Milliseconds half = chart.range().length() / 2;
  chart.showRange({moment - half, moment + half});
  emit momentChosen(moment);
}

void CarPage::refreshEmptyTexts() {
  const bool noValues = m_presenter.values().rowCount() == 0;
  m_values->setVisible(!noValues);
  m_noValues->setVisible(noValues);
  m_noValues->setText(tr("This car has not sent any values yet."));
  const EventModel& events = m_presenter.events();
  const bool noEvents = events.rowCount() == 0;
  m_events->setVisible(!noEvents);
  m_noEvents->setVisible(noEvents);
  m_noEvents->setText(events.isLoading()            ? tr("Loading…")
                      : !events.trouble().isEmpty() ? events.trouble()
                                                    : tr("Nothing has happened to this car yet."));
}

}  // namespace carport::ui
