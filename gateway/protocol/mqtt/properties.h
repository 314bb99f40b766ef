#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace carport::mqtt {

/// The properties of MQTT 5.0 (§2.2.2.2).
enum class PropertyId : std::uint8_t {
  payloadFormatIndicator = 0x01,  ///< 1: the payload is UTF-8
  messageExpiryInterval = 0x02,   ///< seconds
  contentType = 0x03,
  responseTopic = 0x08,
  correlationData = 0x09,
  subscriptionIdentifier = 0x0B,
  sessionExpiryInterval = 0x11,  ///< seconds; 0xFFFFFFFF: never
  assignedClientIdentifier = 0x12,
  serverKeepAlive = 0x13,  ///< seconds
  authenticationMethod = 0x15,
  authenticationData = 0x16,
  requestProblemInformation = 0x17,
  willDelayInterval = 0x18,  ///< seconds
  requestResponseInformation = 0x19,
  responseInformation = 0x1A,
  serverReference = 0x1C,
  reasonString = 0x1F,
  receiveMaximum = 0x21,
  topicAliasMaximum = 0x22,
  topicAlias = 0x23,
  maximumQos = 0x24,
  retainAvailable = 0x25,
  userProperty = 0x26,
  maximumPacketSize = 0x27,
  wildcardSubscriptionAvailable = 0x28,
  subscriptionIdentifierAvailable = 0x29,
  sharedSubscriptionAvailable = 0x2A,
};

/// How a property's value is encoded (§1.5). `none`: there is no such property.
enum class PropertyType : std::uint8_t { none, byte, twoByte, fourByte, variable, text, binary, textPair };
PropertyType typeOf(PropertyId id);

/// A session expiry interval that says: the session does not expire (§3.1.2.11.2).
inline constexpr std::uint32_t kNeverExpires = 0xFFFF'FFFF;

/// One property. Its views point into what it was read from.
struct Property {
  PropertyId id{};
  std::uint32_t number = 0;  ///< of the types byte, twoByte, fourByte and variable
  std::string_view text;     ///< of text and binary; of a user property its name
  std::string_view value;    ///< of a user property
  std::string_view encoded;  ///< the whole property, as it travels
};

/// Reads properties one after the other: `while (const auto property = reader.next())`. Owner: one function.
class PropertyReader {
 public:
  /// `encoded` without the property length in front.
  explicit PropertyReader(std::string_view encoded) : m_rest(encoded) {}

  /// None at the end, and where the bytes are not properties: see failed().
  std::optional<Property> next();
  bool failed() const { return m_failed; }

 private:
  std::string_view m_rest;
  bool m_failed = false;
};

/// The properties of an MQTT 5.0 packet (§2.2.2), as they are encoded, without their length. A decoded packet's have
/// been checked. Always empty in 3.1.1. There are few in a packet, so they are looked for one after the other.
struct Properties {
  std::string_view encoded;

  bool empty() const { return encoded.empty(); }
  bool operator==(const Properties&) const = default;

  /// The value of a number; none where the property is absent.
  std::optional<std::uint32_t> number(PropertyId id) const;
  /// The value of a text or of binary data; none where the property is absent.
  std::optional<std::string_view> text(PropertyId id) const;
  /// Calls `visit(std::string_view name, std::string_view value)` for each user property, in their order.
  template <class Visitor>
  void forEachUserProperty(Visitor&& visit) const {
    PropertyReader reader(encoded);
    while (const auto property = reader.next()) {
      if (property->id == PropertyId::userProperty) visit(property->text, property->value);
    }
  }
};

/// Writes properties behind each other into a buffer: `PropertyWriter(buffer).number(…).text(…)`, then
/// `Properties{buffer}`. Texts must be UTF-8 and at most kMaxStringBytes long. Owner: one function.
class PropertyWriter {
 public:
  explicit PropertyWriter(std::string& out) : m_out(out) {}

  PropertyWriter& number(PropertyId id, std::uint32_t value);
  /// Texts and binary data.
  PropertyWriter& text(PropertyId id, std::string_view value);
  PropertyWriter& userProperty(std::string_view name, std::string_view value);

 private:
  std::string& m_out;
};

/// Of a PUBLISH's or a will's properties those that every receiver gets unaltered (§3.3.2.3): payload format indicator,
/// content type, response topic, correlation data, user properties. Encoded, appended to `out`; the order stays.
void appendForwarded(const Properties& properties, std::string& out);

}  // namespace carport::mqtt
