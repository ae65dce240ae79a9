/**
 * A disc on the ground as the polygon that the exports have for it: 64 points at one distance from the centre, on
 * the ellipsoid of WGS 84.
 */

const VERTICES = 64;
const EQUATOR = 6378137;
const FLATTENING = 1 / 298.257223563;
const POLE = EQUATOR * (1 - FLATTENING);

type LonLat = [lon: number, lat: number];

/** Its closed ring, from the north against the clock; degrees, the radius in metres. */
export function discRing(lon: number, lat: number, radius: number): LonLat[] {
  const steps = Array.from({ length: VERTICES }, (_, step) => step);
  const ring = steps.map((step) => destination(lon, lat, (-2 * Math.PI * step) / VERTICES, radius));
  return [...ring, ring[0] as LonLat];
}

/** Where one comes to: Vincenty's direct solution (1975), exact to less than a millimetre. */
function destination(lon: number, lat: number, azimuth: number, distance: number): LonLat {
  const tanU = (1 - FLATTENING) * Math.tan(radians(lat));
  const cosU = 1 / Math.hypot(1, tanU);
  const sinU = tanU * cosU;
  const [sinA, cosA] = [Math.sin(azimuth), Math.cos(azimuth)];
  const along = Math.atan2(tanU, cosA);
  const sinAlpha = cosU * sinA;
  const cos2Alpha = 1 - sinAlpha ** 2;
  const u2 = cos2Alpha * (EQUATOR ** 2 / POLE ** 2 - 1);
  const a = 1 + (u2 / 16384) * (4096 + u2 * (-768 + u2 * (320 - 175 * u2)));
  const b = (u2 / 1024) * (256 + u2 * (-128 + u2 * (74 - 47 * u2)));
  const least = distance / (POLE * a);
  let sigma = least;
  for (let turn = 0; turn < 10; turn++) {
    const cosM = Math.cos(2 * along + sigma);
    const inner = Math.cos(sigma) * (2 * cosM ** 2 - 1) - (b / 6) * cosM * (4 * Math.sin(sigma) ** 2 - 3) * (4 * cosM ** 2 - 3);
    sigma = least + b * Math.sin(sigma) * (cosM + (b / 4) * inner);
  }
  const [sinS, cosS, cosM] = [Math.sin(sigma), Math.cos(sigma), Math.cos(2 * along + sigma)];
  const north = Math.atan2(sinU * cosS + cosU * sinS * cosA, (1 - FLATTENING) * Math.hypot(sinAlpha, sinU * sinS - cosU * cosS * cosA));
  const lambda = Math.atan2(sinS * sinA, cosU * cosS - sinU * sinS * cosA);
  const c = (FLATTENING / 16) * cos2Alpha * (4 + FLATTENING * (4 - 3 * cos2Alpha));
  const east = lambda - (1 - c) * FLATTENING * sinAlpha * (sigma + c * sinS * (cosM + c * cosS * (2 * cosM ** 2 - 1)));
  return [sixth(lon + degrees(east)), sixth(degrees(north))];
}

function radians(degree: number): number {
  return (degree * Math.PI) / 180;
}

function degrees(radian: number): number {
  return (radian * 180) / Math.PI;
}

function sixth(degree: number): number {
  return Math.round(degree * 1e6) / 1e6;
}
