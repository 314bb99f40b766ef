#include "gateway/server/mqtt/mqtt_message.h"
#include "gateway/server/mqtt/mqtt_session.h"
#include "gateway/server/mqtt/mqtt_shard.h"

/// What an I/O thread keeps of messages as they came.
namespace carport {

namespace {

api::MessageOutcome outcomeOf(Routed routed) {
  switch (routed) {
    case Routed::shed:
      return api::MessageOutcome::dropped;
    case Routed::denied:
    case Routed::refused:
      return api::MessageOutcome::denied;
    case Routed::unusable:
      return api::MessageOutcome::unusable;
    case Routed::limited:
      return api::MessageOutcome::limited;
    default:
      return api::MessageOutcome::taken;
  }
}

}  // namespace

Routed MqttShard::keepRaw(const MqttConnection& connection, const mqtt::Publish& publish, Routed routed,
                          bool wasRouted) {
  if (routed == Routed::later) return routed;
  RawArrival raw;
  if (wasRouted) {
    const auto& made = m_router.made();
    raw.car = made.car;
    if (made.car) raw.organisation = MqttMessage::organisationIn(publish.topic, true, made.organisationBytes);
    raw.samples = made.samples;
    raw.values = made.values;
    raw.reason = made.reason;
  } else {
    raw.reason = "it was more than a limit allows";
  }
  raw.byAnother = raw.car && raw.car != connection.car;
  if (!raw.car) {
    if (!connection.car) return routed;  // of no car, and about none
    raw.car = connection.car;
    raw.organisation = connection.session->principal.organisation();
  }
  raw.at = m_core.now();
  raw.topic = publish.topic;
  raw.payload = publish.payload;
  raw.properties = publish.properties.encoded;
  raw.qos = static_cast<std::uint8_t>(publish.qos);
  raw.retain = publish.retain;
  raw.duplicate = publish.duplicate;
  raw.doorway = doorwayOf(connection.transport());
  raw.outcome = outcomeOf(routed);
  m_core.raw.keep(raw);
  return routed;
}

}  // namespace carport
