#include "gateway/api/live_frame.h"

#include "gateway/api/api_errc.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <string_view>

namespace carport::api {

namespace {

constexpr std::string_view kMagic = "CPL1";
constexpr std::uint8_t kConnectedBit = 0x80;

/// Writes integers and floats in little-endian order, whatever the machine's own is.
class ColumnWriter {
 public:
  explicit ColumnWriter(std::string& out) : m_out(out) {}

  template <class Unsigned>
  void put(Unsigned value) {
    for (std::size_t i = 0; i < sizeof(value); ++i) m_out.push_back(static_cast<char>((value >> (8 * i)) & 0xff));
  }
  void put(double value) { put(std::bit_cast<std::uint64_t>(value)); }
  void put(float value) { put(std::bit_cast<std::uint32_t>(value)); }

 private:
  std::string& m_out;
};

class ColumnReader {
 public:
  explicit ColumnReader(std::span<const std::byte> bytes) : m_bytes(bytes) {}

  /// The caller has made sure that there are enough bytes.
  template <class Unsigned>
  Unsigned take() {
    Unsigned value = 0;
    for (std::size_t i = 0; i < sizeof(value); ++i) {
      value = static_cast<Unsigned>(value | static_cast<Unsigned>(std::to_integer<Unsigned>(m_bytes[i]) << (8 * i)));
    }
    m_bytes = m_bytes.subspan(sizeof(value));
    return value;
  }
  double takeDouble() { return std::bit_cast<double>(take<std::uint64_t>()); }
  float takeFloat() { return std::bit_cast<float>(take<std::uint32_t>()); }

 private:
  std::span<const std::byte> m_bytes;
};

/// An activity that a newer gateway knows and this program does not is shown as unknown.
Activity activityOf(std::uint8_t value) {
  return value > static_cast<std::uint8_t>(Activity::alarm) ? Activity::unknown : static_cast<Activity>(value);
}

std::uint8_t flagsOf(const CarPosition& position) {
  const auto activity = static_cast<std::uint8_t>(position.activity);
  return static_cast<std::uint8_t>(activity | (position.connected ? kConnectedBit : 0));
}

/// The number of cars in a frame whose size fits it.
Result<std::size_t> countOf(std::span<const std::byte> frame) {
  if (frame.size() < kLiveFrameHeaderBytes) return fail(ApiErrc::badFrame, "The live frame is shorter than its header");
  for (std::size_t i = 0; i < kMagic.size(); ++i) {
    if (frame[i] != static_cast<std::byte>(kMagic[i]))
      return fail(ApiErrc::badFrame, "This is no live frame of version 1");
  }
  const std::size_t count = ColumnReader(frame.subspan(kMagic.size())).take<std::uint32_t>();
  if (count > kMaxLiveFrameCars) {
    return fail(ApiErrc::badFrame,
                fmt::format("The live frame speaks of {} cars; {} is the limit", count, kMaxLiveFrameCars));
  }
  if (frame.size() != kLiveFrameHeaderBytes + count * kLiveFrameBytesPerCar) {
    return fail(ApiErrc::badFrame, fmt::format("The live frame of {} cars has {} bytes", count, frame.size()));
  }
  return count;
}

}  // namespace

std::string encodeLiveFrame(std::span<const CarPosition> positions) {
  const auto cars = positions.first(std::min(positions.size(), kMaxLiveFrameCars));
  std::string frame;
  frame.reserve(kLiveFrameHeaderBytes + cars.size() * kLiveFrameBytesPerCar);
  frame += kMagic;
  ColumnWriter out(frame);
  out.put(static_cast<std::uint32_t>(cars.size()));
  for (const CarPosition& car : cars) out.put(static_cast<std::uint64_t>(toMs(car.time)));
  for (const CarPosition& car : cars) out.put(car.latitude);
  for (const CarPosition& car : cars) out.put(car.longitude);
  for (const CarPosition& car : cars) out.put(car.car.value);
  for (const CarPosition& car : cars) out.put(car.speed);
  for (const CarPosition& car : cars) out.put(car.heading);
  for (const CarPosition& car : cars) out.put(flagsOf(car));
  return frame;
}

Result<std::vector<CarPosition>> decodeLiveFrame(std::span<const std::byte> frame) {
  const Result<std::size_t> count = countOf(frame);
  if (!count) return failFrom(count);
  std::vector<CarPosition> cars(*count);
  ColumnReader in(frame.subspan(kLiveFrameHeaderBytes));
  for (CarPosition& car : cars) car.time = fromMs(static_cast<std::int64_t>(in.take<std::uint64_t>()));
  for (CarPosition& car : cars) car.latitude = in.takeDouble();
  for (CarPosition& car : cars) car.longitude = in.takeDouble();
  for (CarPosition& car : cars) car.car.value = in.take<std::uint32_t>();
  for (CarPosition& car : cars) car.speed = in.takeFloat();
  for (CarPosition& car : cars) car.heading = in.takeFloat();
  for (CarPosition& car : cars) {
    const auto flags = in.take<std::uint8_t>();
    car.activity = activityOf(flags & 0x7f);
    car.connected = (flags & kConnectedBit) != 0;
  }
  return cars;
}

}  // namespace carport::api
