import { coded } from "./coded";
import { describe, expect, it } from "vitest";
import { escapeFormula, fileName, fileOf, quoted } from "../src/download";
import { discRing } from "../src/geodesic";
import { oriented, wkt } from "../src/geojson";
import type { Format } from "../src/download";
import type { Payload } from "../src/payload";
import { report, source, tableWith } from "./english";

const payload = {
  title: "A map",
  licence: "CC BY 4.0",
  shapes: [
    { type: "polygon", polygons: [[coded([0, 0, 0, 10000, 10000, 0, 0, -10000])]] },
    { type: "line", lines: [coded([0, 0, 5000, 12345])] },
  ],
  base: { scale: 10000, units: [] },
  sources: [source({ id: "wire", title: "Wire", url: "https://a.example/" })],
} as unknown as Payload;

describe("a saved file", () => {
  const events = tableWith(
    { timespans: { "2024-07-01": [{ start: { in: "2024-07-01" } }] } },
    { id: "b", date: "2024-07-01", label_lon: -72, label_lat: 0.00005, reports: [report({ quote: "Said, so.\nTwice." })] },
    { id: "a", shape: 0, label_lon: 0.5, label_lat: 0.5, geo_precision: "region", extra: { Désk: "NA" } },
    { id: "c", label_lon: null, label_lat: null, geo_precision: "unlocated", title: "=1+1" },
  );

  const textOf = async (format: Format, rows: number[], all?: number): Promise<string> => {
    let text = "";
    for await (const piece of fileOf(format, payload, events, Uint32Array.from(rows), all)) text += piece;
    return text;
  };

  it("has its events by id, one a line, with dates as timespans", async () => {
    const text = await textOf("geojson", [0, 1, 2]);
    const { features, ...head } = JSON.parse(text);
    expect(features.map((one: { id: string }) => one.id)).toEqual(["a", "b", "c"]);
    expect(features[1].properties.when).toEqual({ timespans: [{ start: { in: "2024-07-01" } }] });
    expect(features.map((one: { geometry: { type: string } | null }) => one.geometry?.type ?? null)).toEqual(["Polygon", "Point", null]);
    expect([head.name, head.licence, head.selection]).toEqual(["A map", "CC BY 4.0", undefined]);
    expect(text.split("\n").length).toBe(3 + 2 + 1);
  });

  it("leaves foreign columns out where there are none", async () => {
    const [a, b] = JSON.parse(await textOf("geojson", [0, 1])).features;
    expect([a.properties.extra, "extra" in b.properties]).toEqual([{ Désk: "NA" }, false]);
  });

  it("writes CSV as the export does", async () => {
    const [header = "", first, second] = (await textOf("csv", [0, 1, 2])).split(/\n(?=[a-c],)/);
    expect(header.startsWith("event_id,event_type,sub_event_type,occurrence,title,status")).toBe(true);
    expect(header).toContain("coarsened_to,latitude,longitude,label_latitude,label_longitude,label_point_is");
    expect(header).toContain("notes,source_id,quote,url,WKT,reports,extra");
    expect(first).toContain('"POLYGON ((0 0, 0 1, 1 1, 1 0, 0 0))"');
    expect(first).toContain('"{""Désk"": ""NA""}"');
    expect(second).toContain(",5e-05,-72.0,5e-05,-72.0,");
    expect(second).toContain('"Said, so.\nTwice."');
  });

  it("counts a choice against all", async () => {
    expect(JSON.parse(await textOf("geojson", [1], 3)).selection).toEqual({ shown: 1, all: 3 });
  });
});

describe("a cell", () => {
  it("is never a formula", () => {
    expect(["=1", "+1", "-1", "@a", "\ta", "'=1", "＝1", "a=1", "'a", ""].map(escapeFormula)).toEqual([
      "'=1", "'+1", "'-1", "'@a", "'\ta", "''=1", "'＝1", "a=1", "'a", "",
    ]);
  });

  it("is quoted where it must be", () => {
    expect(["a", 'a"b', "a,b", "a\nb", "a\rb", " a"].map(quoted)).toEqual(["a", '"a""b"', '"a,b"', '"a\nb"', '"a\rb"', " a"]);
  });
});

describe("a file's name", () => {
  it("is the title in small letters, without accents", () => {
    expect(fileName("Haïti, Juillet 2024!", ".csv")).toBe("haiti-juillet-2024.csv");
    expect(fileName("../..", "-shown.csv")).toBe("events-shown.csv");
    expect(fileName("太子港", ".geojson")).toBe("太子港.geojson");
  });
});

describe("geometry", () => {
  it("has right-handed rings: the outer one against the clock, holes with it", () => {
    const clockwise: [number, number][] = [[0, 0], [0, 9], [9, 9], [9, 0], [0, 0]];
    const against = [...clockwise].reverse();
    expect(oriented({ type: "Polygon", coordinates: [clockwise, against] })).toEqual({ type: "Polygon", coordinates: [against, clockwise] });
    expect(oriented({ type: "Polygon", coordinates: [against, clockwise] })).toEqual({ type: "Polygon", coordinates: [against, clockwise] });
  });

  it("is written as well-known text", () => {
    expect(wkt({ type: "Point", coordinates: [1, 2.5] })).toBe("POINT (1 2.5)");
    expect(wkt({ type: "MultiPoint", coordinates: [[1, 2], [3, 4]] })).toBe("MULTIPOINT ((1 2), (3 4))");
    expect(wkt({ type: "MultiLineString", coordinates: [[[1, 2], [3, 4]]] })).toBe("MULTILINESTRING ((1 2, 3 4))");
    expect(wkt({ type: "MultiPolygon", coordinates: [[[[0, 0], [1, 0], [0, 1], [0, 0]]]] })).toBe("MULTIPOLYGON (((0 0, 1 0, 0 1, 0 0)))");
  });

  // Computed with GeographicLib.
  it("has discs as the ellipsoid has them", () => {
    const ring = discRing(21, 10.5, 4000);
    expect(ring.length).toBe(65);
    expect(ring[64]).toEqual(ring[0]);
    expect(ring[0]).toEqual([21, 10.536163]);
    expect(ring[16]).toEqual([20.96346, 10.499998]);
  });
});
