#pragma once

#include "gateway/api/fence.h"
#include "gateway/api/fence_geometry.h"

#include <optional>
#include <vector>

namespace carport::api {

/// A fence's shape made ready for being asked about many places: which of 30,000 cars are in it. A value; any thread.
class FenceTester {
 public:
  explicit FenceTester(const FenceShape& shape);

  /// Whether the place is in the shape; its border is inside. False where the place is none (NaN, out of range).
  bool contains(double latitude, double longitude) const;
  const FenceBox& box() const { return m_box; }

 private:
  struct Polygon {
    fencing::Ring outer;
    std::vector<fencing::Ring> holes;
  };

  bool isInArea(fencing::Place place) const;

  FenceBox m_box;
  std::optional<FenceCircle> m_circle;
  std::vector<Polygon> m_polygons;
};

}  // namespace carport::api
