#pragma once

#include "gateway/api/car_state.h"
#include "gateway/base/result.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace carport::api {

/// Binary message of `/api/v2/live`: the positions that changed, as packed little-endian arrays, one array a field, so
/// that a reader can copy whole columns.
///
///     offset  size  what
///     0       4     magic "CPL1"
///     4       4     n, number of cars, u32
///     8       8·n   time, i64, ms since the epoch
///     …       8·n   latitude, f64, degrees (NaN: no fix)
///     …       8·n   longitude, f64
///     …       4·n   car number, u32
///     …       4·n   speed, f32, km/h (NaN: unknown)
///     …       4·n   heading, f32, degrees (NaN: unknown)
///     …       1·n   activity in the low 7 bits (Activity), connected in the top bit
inline constexpr std::size_t kLiveFrameHeaderBytes = 8;
inline constexpr std::size_t kLiveFrameBytesPerCar = 37;
/// Most cars in one frame; a longer change is sent as several.
inline constexpr std::size_t kMaxLiveFrameCars = 100'000;

/// `positions` as one frame; at most kMaxLiveFrameCars of them.
std::string encodeLiveFrame(std::span<const CarPosition> positions);
/// The positions of a frame, or what is wrong with it. Never reads past `frame`.
Result<std::vector<CarPosition>> decodeLiveFrame(std::span<const std::byte> frame);

}  // namespace carport::api
