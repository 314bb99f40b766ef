#include "gateway/api/json_fields.h"

namespace carport::api {

nlohmann::json toJson(const GatewayStatus& value) {
  nlohmann::json json{{"version", value.version},
                      {"mqttAddress", value.mqttAddress},
                      {"httpAddress", value.httpAddress},
                      {"startedAt", toMs(value.startedAt)},
                      {"now", toMs(value.now)},
                      {"cars", value.cars},
                      {"connections", value.connections},
                      {"messagesReceived", value.messagesReceived},
                      {"samplesStored", value.samplesStored},
                      {"messagesPerSecond", value.messagesPerSecond},
                      {"shedMessages", value.shedMessages},
                      {"shedDeliveries", value.shedDeliveries},
                      {"refusedMessages", value.refusedMessages},
                      {"commitLatencyMs", value.commitLatencyMs},
                      {"queuedBatches", value.queuedBatches},
                      {"storedBytes", value.storedBytes},
                      {"freeBytes", value.freeBytes}};
  if (!value.dataFolder.empty()) json["dataFolder"] = value.dataFolder;
  if (value.draining) json["draining"] = true;
  if (!value.trouble.empty()) json["trouble"] = value.trouble;
  return json;
}

template <>
Result<GatewayStatus> fromJson<GatewayStatus>(const nlohmann::json& json) {
  GatewayStatus value;
  FieldReader fields(json);
  fields.text("version", value.version)
      .text("mqttAddress", value.mqttAddress)
      .text("httpAddress", value.httpAddress)
      .text("dataFolder", value.dataFolder, Need::optional)
      .time("startedAt", value.startedAt)
      .time("now", value.now)
      .integer("cars", value.cars)
      .integer("connections", value.connections)
      .integer("messagesReceived", value.messagesReceived)
      .integer("samplesStored", value.samplesStored)
      .number("messagesPerSecond", value.messagesPerSecond)
      .integer("shedMessages", value.shedMessages)
      .integer("shedDeliveries", value.shedDeliveries, Need::optional)
      .integer("refusedMessages", value.refusedMessages)
      .number("commitLatencyMs", value.commitLatencyMs)
      .integer("queuedBatches", value.queuedBatches)
      .integer("storedBytes", value.storedBytes)
      .integer("freeBytes", value.freeBytes)
      .boolean("draining", value.draining, Need::optional)
      .text("trouble", value.trouble, Need::optional);
  return fields.finish(std::move(value));
}

}  // namespace carport::api
