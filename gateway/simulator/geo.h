#pragma once

namespace carport::sim {

/// A place on the ground, WGS 84 degrees.
struct GeoPoint {
  double latitude = 0;
  double longitude = 0;
};

/// Great-circle distance in metres on a sphere of the Earth's mean radius (haversine).
double distanceMetres(GeoPoint from, GeoPoint to);
/// Initial bearing in degrees clockwise from north, 0 to 360.
double bearingDegrees(GeoPoint from, GeoPoint to);
/// The place `metres` away in direction `bearing`; good for the short steps of a car.
GeoPoint moved(GeoPoint from, double bearing, double metres);

}  // namespace carport::sim
