#include "gateway/server/operations/gateway_figures.h"
#include "gateway/server/operations/metric_families.h"

#include <chrono>
#include <initializer_list>
#include <string_view>

namespace carport {

namespace {

/// Protocols as their ports are named in the settings.
constexpr std::array<std::string_view, kMqttTransports> kProtocols{"mqtt", "mqtts", "ws", "wss"};
constexpr std::array<std::string_view, kMessageResults> kResults{"accepted", "shed", "denied", "unusable", "limited"};
constexpr std::array<std::string_view, kConnectionRefusals> kRefusals{"full", "credentials", "blocked",
                                                                      "busy", "throttled",   "limited"};
constexpr std::array<std::string_view, HttpTally::kClasses> kClasses{"1xx", "2xx", "3xx", "4xx", "5xx"};

double number(std::uint64_t value) {
  return static_cast<double>(value);
}

double seconds(std::chrono::duration<double> duration) {
  return duration.count();
}

double unixSeconds(TimePoint time) {
  return static_cast<double>(toMs(time)) / 1000;
}

void addProcess(MetricFamilies& out, const GatewayFigures& figures) {
  out.beginGauges("carport_build_info", "The program that runs; always 1.");
  out.add({{"version", figures.version}}, 1);
  out.gauge("process_start_time_seconds", "When the gateway started, in seconds since 1970.",
            unixSeconds(figures.startedAt));
  const ProcessFigures& process = figures.process;
  if (process.cpuSeconds) {
    out.counter("process_cpu_seconds_total", "Processor time that the process has used.", *process.cpuSeconds);
  }
  const auto add = [&out](std::string_view name, std::string_view help, const std::optional<std::uint64_t>& value) {
    if (value) out.gauge(name, help, number(*value));
  };
  add("process_resident_memory_bytes", "Memory of the process that is in use.", process.residentBytes);
  add("process_virtual_memory_bytes", "Address space of the process.", process.virtualBytes);
  add("process_open_fds", "Files and sockets that are open.", process.openFiles);
  add("process_max_fds", "Files and sockets that may be open.", process.maxOpenFiles);
}

void addState(MetricFamilies& out, const GatewayFigures& figures) {
  out.gauge("carport_ready", "1 while the gateway is ready to take messages, as /readyz says.", figures.isReady);
  out.gauge("carport_draining", "1 while clients are let go, or have been.", figures.isDraining);
  out.gauge("carport_cars", "Cars in the registry.", number(figures.cars));
}

void addConnections(MetricFamilies& out, const GatewayFigures& figures) {
  const MqttCounters& mqtt = figures.mqtt;
  out.beginGauges("carport_connections", "Connections that are open.");
  for (std::size_t i = 0; i < kMqttTransports; ++i) {
    out.add({{"protocol", kProtocols[i]}}, number(mqtt.transports[i].connections));
  }
  out.add({{"protocol", "http"}}, number(figures.httpConnections));
  out.add({{"protocol", "live"}}, number(figures.liveClients));
  out.gauge("carport_mqtt_connections_limit", "MQTT connections that may be open, whatever the port.",
            number(mqtt.maxConnections));
  out.gauge("carport_http_connections_limit", "HTTP connections that may be open, live clients among them.",
            number(figures.maxHttpConnections));
  out.gauge("carport_live_clients_limit", "Live clients that there may be.", number(figures.maxLiveClients));
  out.beginCounters("carport_connections_accepted_total", "MQTT connections that came, before anybody signed in.");
  for (std::size_t i = 0; i < kMqttTransports; ++i) {
    out.add({{"protocol", kProtocols[i]}}, number(mqtt.transports[i].accepted));
  }
  out.beginCounters("carport_connections_refused_total", "MQTT clients that were not let in.");
  for (std::size_t i = 0; i < kConnectionRefusals; ++i) out.add({{"reason", kRefusals[i]}}, number(mqtt.refusals[i]));
  out.counter("carport_connections_unrecorded_total",
              "Openings and ends of MQTT connections that are missing in their history: the storage did not keep up.",
              number(mqtt.forgottenConnections));
}

void addMessages(MetricFamilies& out, const GatewayFigures& figures) {
  const MqttCounters& mqtt = figures.mqtt;
  out.beginCounters("carport_messages_received_total", "Messages that clients sent, and what became of them.");
  for (std::size_t result = 0; result < kMessageResults; ++result) {
    for (std::size_t i = 0; i < kMqttTransports; ++i) {
      out.add({{"protocol", kProtocols[i]}, {"result", kResults[result]}}, number(mqtt.transports[i].messages[result]));
    }
    out.add({{"protocol", "http"}, {"result", kResults[result]}}, number(mqtt.doorMessages[result]));
  }
  out.counter("carport_messages_ineffective_total",
              "Replies and commands that were accepted and then had no effect, and wills that were refused.",
              number(mqtt.ineffectiveMessages));
  out.counter("carport_messages_sent_total", "Messages that went out to subscribers.", number(mqtt.messagesDelivered));
  out.counter("carport_deliveries_shed_total", "Messages that subscribers missed, because they did not keep up.",
              number(mqtt.shedDeliveries));
  out.gauge("carport_subscriptions", "Subscriptions, other than the cars' to their own commands.",
            number(mqtt.subscriptions));
  out.gauge("carport_slow_subscribers", "Subscribers for whom senders of QoS 1 and 2 wait.",
            number(mqtt.slowSubscribers));
}

void addBytes(MetricFamilies& out, const GatewayFigures& figures) {
  const auto add = [&](std::string_view name, std::string_view help, std::uint64_t TransportCounters::*bytes,
                       std::uint64_t ofHttp) {
    out.beginCounters(name, help);
    for (std::size_t i = 0; i < kMqttTransports; ++i) {
      out.add({{"protocol", kProtocols[i]}}, number(figures.mqtt.transports[i].*bytes));
    }
    out.add({{"protocol", "http"}}, number(ofHttp));
  };
  add("carport_received_bytes_total", "Bytes of MQTT and of HTTP bodies that came, without what TLS adds.",
      &TransportCounters::bytesReceived, figures.http.requestBytes);
  add("carport_sent_bytes_total", "Bytes of MQTT and of HTTP bodies that went out, without what TLS adds.",
      &TransportCounters::bytesSent, figures.http.responseBytes);
}

void addHttp(MetricFamilies& out, const GatewayFigures& figures) {
  out.beginCounters("carport_http_requests_total", "Requests that were answered, by class of status.");
  for (std::size_t i = 0; i < HttpTally::kClasses; ++i) {
    out.add({{"code", kClasses[i]}}, number(figures.http.requests[i]));
  }
  out.histogram("carport_http_request_duration_seconds", "From a request that has been read to its answer.",
                figures.http.durations);
}

void addQueues(MetricFamilies& out, const GatewayFigures& figures) {
  const WriterStatus& storage = figures.storage;
  const MqttCounters& mqtt = figures.mqtt;
  struct Row {
    std::string_view name;
    QueueFigures queue;
  };
  const std::initializer_list<Row> rows{{"storage", {storage.queuedJobs, storage.maxQueuedJobs, storage.refusedJobs}},
                                        {"io", {mqtt.postsWaiting, mqtt.maxPosts, mqtt.refusedPosts}},
                                        {"control", figures.control},
                                        {"passwords", figures.passwords}};
  out.beginGauges("carport_queue_length", "What waits: for the storage writer, the busiest I/O thread, and so on.");
  for (const Row& row : rows) out.add({{"queue", row.name}}, number(row.queue.waiting));
  out.beginGauges("carport_queue_limit", "How much may wait there.");
  for (const Row& row : rows) out.add({{"queue", row.name}}, number(row.queue.limit));
  out.beginCounters("carport_queue_refused_total", "What found no room there; whoever sent it waits or is told.");
  for (const Row& row : rows) out.add({{"queue", row.name}}, number(row.queue.refused));
  out.gauge("carport_storage_queue_bytes", "Bytes that wait for the storage writer.", number(storage.queuedBytes));
  out.gauge("carport_storage_queue_limit_bytes", "Bytes that may wait for it.", number(storage.maxQueuedBytes));
}

void addStorage(MetricFamilies& out, const GatewayFigures& figures) {
  const WriterStatus& storage = figures.storage;
  out.counter("carport_samples_stored_total", "Samples that are on disk.", number(storage.samplesStored));
  out.histogram("carport_commit_duration_seconds", "Group commits: from the first write until all is on disk.",
                storage.commitDurations);
  out.counter("carport_commits_failed_total", "Group commits of which some part could not be written.",
              number(storage.failedCommits));
  out.gauge("carport_commit_running_seconds", "For how long the commit that runs now has run; 0 where none does.",
            seconds(storage.committing));
  out.histogram("carport_arrival_to_disk_seconds",
                "From the arrival of the sample of each commit that had waited longest until it was on disk.",
                storage.arrivalToDisk);
  if (storage.newestArrival) {
    out.gauge("carport_newest_sample_timestamp_seconds",
              "When the newest sample that is on disk arrived, in seconds since 1970.",
              unixSeconds(*storage.newestArrival));
  }
  out.gauge("carport_compaction_lag_seconds", "For how long compaction has had work that it has not got done.",
            seconds(storage.compactionLag));
  out.gauge("carport_store_bytes", "Size of the data folder, write-ahead logs included.", number(storage.storedBytes));
  out.gauge("carport_wal_bytes", "Size of the write-ahead logs.", number(storage.logBytes));
  out.gauge("carport_disk_free_bytes", "What is left on the data folder's disk.", number(storage.freeBytes));
  out.gauge("carport_disk_level", "What is done about a full disk: 0 nothing, 1 warned, … 5 no telemetry is taken.",
            static_cast<double>(figures.disk));
  out.gauge("carport_storage_trouble", "1 while something is wrong with the disk or the data.",
            !storage.trouble.empty());
}

}  // namespace

std::string metricsText(const GatewayFigures& figures) {
  MetricFamilies out;
  addProcess(out, figures);
  addState(out, figures);
  addConnections(out, figures);
  addMessages(out, figures);
  addBytes(out, figures);
  addHttp(out, figures);
  addQueues(out, figures);
  addStorage(out, figures);
  return out.text();
}

}  // namespace carport
