#include "gateway/protocol/mqtt/properties.h"

#include "gateway/protocol/mqtt/wire_reader.h"
#include "gateway/protocol/mqtt/wire_writer.h"

namespace carport::mqtt {

namespace {

/// Fills the value; false where the bytes end too early.
bool readValue(PropertyType type, WireReader& reader, Property& property) {
  const auto takeNumber = [&property](auto value) {
    if (value) property.number = *value;
    return value.has_value();
  };
  switch (type) {
    case PropertyType::none:
      return false;
    case PropertyType::byte:
      return takeNumber(reader.byte());
    case PropertyType::twoByte:
      return takeNumber(reader.integer());
    case PropertyType::fourByte:
      return takeNumber(reader.longInteger());
    case PropertyType::variable:
      return takeNumber(reader.variable());
    case PropertyType::text:
    case PropertyType::binary:
    case PropertyType::textPair:
      break;
  }
  const auto first = reader.field();
  const auto second = first && type == PropertyType::textPair ? reader.field() : std::optional<std::string_view>("");
  if (!first || !second) return false;
  property.text = *first;
  property.value = *second;
  return true;
}

bool isForwarded(PropertyId id) {
  return id == PropertyId::payloadFormatIndicator || id == PropertyId::contentType || id == PropertyId::responseTopic ||
         id == PropertyId::correlationData || id == PropertyId::userProperty;
}

std::optional<Property> find(const Properties& properties, PropertyId id) {
  PropertyReader reader(properties.encoded);
  while (auto property = reader.next()) {
    if (property->id == id) return property;
  }
  return std::nullopt;
}

}  // namespace

PropertyType typeOf(PropertyId id) {
  switch (id) {
    case PropertyId::payloadFormatIndicator:
    case PropertyId::requestProblemInformation:
    case PropertyId::requestResponseInformation:
    case PropertyId::maximumQos:
    case PropertyId::retainAvailable:
    case PropertyId::wildcardSubscriptionAvailable:
    case PropertyId::subscriptionIdentifierAvailable:
    case PropertyId::sharedSubscriptionAvailable:
      return PropertyType::byte;
    case PropertyId::serverKeepAlive:
    case PropertyId::receiveMaximum:
    case PropertyId::topicAliasMaximum:
    case PropertyId::topicAlias:
      return PropertyType::twoByte;
    case PropertyId::messageExpiryInterval:
    case PropertyId::sessionExpiryInterval:
    case PropertyId::willDelayInterval:
    case PropertyId::maximumPacketSize:
      return PropertyType::fourByte;
    case PropertyId::subscriptionIdentifier:
      return PropertyType::variable;
    case PropertyId::contentType:
    case PropertyId::responseTopic:
    case PropertyId::assignedClientIdentifier:
    case PropertyId::authenticationMethod:
    case PropertyId::responseInformation:
    case PropertyId::serverReference:
    case PropertyId::reasonString:
      return PropertyType::text;
    case PropertyId::correlationData:
    case PropertyId::authenticationData:
      return PropertyType::binary;
    case PropertyId::userProperty:
      return PropertyType::textPair;
  }
  return PropertyType::none;
}

std::optional<Property> PropertyReader::next() {
  if (m_rest.empty() || m_failed) return std::nullopt;
  WireReader reader(m_rest);
  Property property;
  // All identifiers fit into one byte of their variable length; another byte's top bit makes it an unknown one.
  property.id = static_cast<PropertyId>(*reader.byte());
  if (!readValue(typeOf(property.id), reader, property)) {
    m_failed = true;
    return std::nullopt;
  }
  property.encoded = m_rest.substr(0, m_rest.size() - reader.rest().size());
  m_rest = reader.rest();
  return property;
}

std::optional<std::uint32_t> Properties::number(PropertyId id) const {
  const auto property = find(*this, id);
  return property ? std::optional(property->number) : std::nullopt;
}

std::optional<std::string_view> Properties::text(PropertyId id) const {
  const auto property = find(*this, id);
  return property ? std::optional(property->text) : std::nullopt;
}

PropertyWriter& PropertyWriter::number(PropertyId id, std::uint32_t value) {
  wire::appendByte(m_out, static_cast<unsigned>(id));
  switch (typeOf(id)) {
    case PropertyType::byte:
      wire::appendByte(m_out, value);
      break;
    case PropertyType::twoByte:
      wire::appendInteger(m_out, value);
      break;
    case PropertyType::fourByte:
      wire::appendLongInteger(m_out, value);
      break;
    default:
      wire::appendVariable(m_out, value);
      break;
  }
  return *this;
}

PropertyWriter& PropertyWriter::text(PropertyId id, std::string_view value) {
  wire::appendByte(m_out, static_cast<unsigned>(id));
  wire::appendField(m_out, value);
  return *this;
}

PropertyWriter& PropertyWriter::userProperty(std::string_view name, std::string_view value) {
  text(PropertyId::userProperty, name);
  wire::appendField(m_out, value);
  return *this;
}

void appendForwarded(const Properties& properties, std::string& out) {
  PropertyReader reader(properties.encoded);
  while (const auto property = reader.next()) {
    if (isForwarded(property->id)) out.append(property->encoded);
  }
}

}  // namespace carport::mqtt
