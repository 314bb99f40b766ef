// Bakes world.cpm, the base map that is embedded in the program, from Natural Earth's 1:10 million countries as the npm package
// world-atlas has them. Run it after a change here or of the source:  npm ci && npm run bake
// What is written is described in ui/models/base_map.h.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { deflateSync } from 'node:zlib';
import polylabel from 'polylabel';
import { feature } from 'topojson-client';
import { fullNames, unnamed, waters } from './labels.mjs';

const require = createRequire(import.meta.url);
const topology = JSON.parse(readFileSync(require.resolve('world-atlas/countries-10m.json')));
const { scale, translate } = topology.transform;
const gridAround = Math.round(360 / scale[0]);  // columns once around the globe

class Writer {
  bytes = [];
  byte(value) { this.bytes.push(value & 255); }
  varint(value) {
    while (value >= 128) { this.bytes.push((value % 128) | 128); value = Math.floor(value / 128); }
    this.bytes.push(value);
  }
  signed(value) { this.varint(value < 0 ? -2 * value - 1 : 2 * value); }
  doubles(values) { this.bytes.push(...Buffer.from(new Float64Array(values).buffer)); }
  text(value) { const utf8 = Buffer.from(value); this.varint(utf8.length); this.bytes.push(...utf8); }
}

// An arc that two countries share is a border; one that only one country has is a coast.
function usesOfArcs() {
  const uses = new Array(topology.arcs.length).fill(0);
  for (const country of topology.objects.countries.geometries) {
    for (const index of (country.arcs ?? []).flat(Infinity)) uses[index < 0 ? ~index : index]++;
  }
  return uses;
}

function writeArcs(out) {
  const uses = usesOfArcs();
  out.varint(topology.arcs.length);
  topology.arcs.forEach((arc, index) => {
    out.byte(uses[index] > 1 ? 1 : 0);
    out.varint(arc.length);
    arc.forEach(([dx, dy], n) => {
      // The short way around, so that an arc runs on across the 180th meridian.
      if (n > 0 && dx > gridAround / 2) dx -= gridAround;
      if (n > 0 && dx < -gridAround / 2) dx += gridAround;
      out.signed(dx);
      out.signed(dy);
    });
  });
}

function writeLand(out) {
  const rings = topology.objects.land.geometries.flatMap(
    (land) => (land.type === 'Polygon' ? land.arcs : land.arcs.flat()));
  out.varint(rings.length);
  for (const ring of rings) {
    out.varint(ring.length);
    for (const index of ring) out.signed(index);
  }
}

const toWorld = ([lon, lat]) => {
  const sine = Math.sin(Math.max(-85, Math.min(85, lat)) * Math.PI / 180);
  return [lon / 360 + 0.5, 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)];
};
const toDegrees = ([x, y]) => [(x - 0.5) * 360, Math.atan(Math.sinh((1 - 2 * y) * Math.PI)) * 180 / Math.PI];

function unwrapped(ring) {
  let shift = 0;
  return ring.map(([lon, lat], n) => {
    if (n > 0) {
      const step = lon - ring[n - 1][0];
      if (step > 180) shift -= 360;
      if (step < -180) shift += 360;
    }
    return toWorld([lon + shift, lat]);
  });
}

function area(ring) {
  let twice = 0;
  for (let n = 1; n < ring.length; ++n) twice += ring[n - 1][0] * ring[n][1] - ring[n][0] * ring[n - 1][1];
  return Math.abs(twice / 2);
}

// A country's name stands in the middle of its largest piece, well inside.
function countryLabel(country) {
  const shape = feature(topology, country).geometry;
  const polygons = (shape.type === 'Polygon' ? [shape.coordinates] : shape.coordinates).map((p) => p.map(unwrapped));
  polygons.sort((a, b) => area(b[0]) - area(a[0]));
  const [x, y] = polylabel(polygons[0], 1e-5);
  const [lon, lat] = toDegrees([x, y]);
  const name = country.properties.name;
  return { name: fullNames[name] ?? name, lon, lat, size: Math.sqrt(area(polygons[0][0])), water: 0 };
}

function writeLabels(out) {
  const countries = topology.objects.countries.geometries
    .filter((country) => country.arcs && !unnamed.has(country.properties.name)).map(countryLabel);
  const labels = [...countries, ...waters.map((water) => ({ ...water, water: 1 }))].sort((a, b) => b.size - a.size);
  out.varint(labels.length);
  for (const label of labels) {
    out.byte(label.water);
    out.signed(Math.round((((label.lon + 540) % 360) - 180) * 1000));
    out.signed(Math.round(label.lat * 1000));
    out.varint(Math.round(label.size * 1e6));
    out.text(label.name);
  }
}

const out = new Writer();
out.bytes.push(...Buffer.from('CPM1'));
out.doubles([scale[0], scale[1], translate[0], translate[1]]);
writeArcs(out);
writeLand(out);
writeLabels(out);

// Qt's qUncompress wants the plain length, big-endian, before the zlib stream.
const plain = Buffer.from(out.bytes);
const length = Buffer.alloc(4);
length.writeUInt32BE(plain.length);
const packed = Buffer.concat([length, deflateSync(plain, { level: 9 })]);
writeFileSync(new URL('world.cpm', import.meta.url), packed);
console.log(`world.cpm: ${topology.arcs.length} lines, ${plain.length} bytes plain, ${packed.length} packed`);
