import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { styleWeights } from "../src/blend";
import { fitted, paddedSize, photoIndex, regionOf, spans, tilesOf } from "../src/geometry";
import { toBytes, toFloats } from "../src/pixels";

const FIT = { margin: 8, multipleOf: 4, smallest: 16 };

function indices(length: number, padded: number, fit: typeof FIT): number[] {
  return Array.from({ length: padded }, (_, i) => photoIndex(i, length, fit));
}

test("padding reflects as NumPy's does", () => {
  const fit = { margin: 2, multipleOf: 4, smallest: 1 };
  // np.pad(np.arange(5), (2, 3), "reflect")
  assert.deepEqual(indices(5, 10, fit), [2, 1, 0, 1, 2, 3, 4, 3, 2, 1]);
  // np.pad([0, 1], (4, 4), "reflect"): again and again
  assert.deepEqual(indices(2, 8, { ...fit, margin: 3 }), [1, 0, 1, 0, 1, 0, 1, 0]);
  assert.deepEqual(indices(1, 4, fit), [0, 0, 0, 0]);
});

test("the last row is repeated up to the smallest size before it is reflected", () => {
  const fit = { margin: 1, multipleOf: 1, smallest: 4 };
  // np.pad([0, 1, 1, 1], (1, 1), "reflect")
  assert.deepEqual(indices(2, 6, fit), [1, 0, 1, 1, 1, 1]);
});

test("padded sizes are multiples", () => {
  assert.deepEqual(paddedSize({ height: 21, width: 5 }, FIT), { height: 40, width: 32 });
});

test("tiles cover a photo exactly once, each with its context inside its window", () => {
  for (const photo of [{ height: 701, width: 1203 }, { height: 40, width: 513 }, { height: 512, width: 512 }]) {
    const padded = paddedSize(photo, FIT);
    const tile = { height: Math.min(256, padded.height), width: Math.min(256, padded.width) };
    const count = new Uint8Array(photo.height * photo.width);
    for (const { window, kept } of tilesOf(photo, tile, 32, FIT)) {
      assert.equal(window.top % 4, 0);
      assert.ok(window.top >= 0 && window.top + window.height <= padded.height);
      assert.ok(window.left >= 0 && window.left + window.width <= padded.width);
      const above = kept.top + FIT.margin - window.top;
      const below = window.top + window.height - (kept.top + FIT.margin + kept.height);
      assert.ok(above >= (kept.top === 0 ? 8 : 32), `context above: ${above}`);
      assert.ok(below >= (kept.top + kept.height === photo.height ? 0 : 32), `context below: ${below}`);
      for (let y = kept.top; y < kept.top + kept.height; y++) {
        for (let x = kept.left; x < kept.left + kept.width; x++) count[y * photo.width + x]!++;
      }
    }
    assert.ok(count.every((times) => times === 1));
  }
});

test("a window's region and floats show the photo and its reflection", () => {
  const photo = { height: 2, width: 3 };
  const fit = { margin: 1, multipleOf: 1, smallest: 1 };
  const window = { top: 0, left: 0, height: 4, width: 5 };
  const area = regionOf(window, photo, fit);
  assert.deepEqual(area, { top: 0, left: 0, height: 2, width: 3 });
  const data = new Uint8ClampedArray(24);
  for (let i = 0; i < 6; i++) data[4 * i] = 51 * i;
  const red = toFloats({ data, area }, photo, window, fit).filter((_, i) => i % 3 === 0);
  const row = (values: number[]): number[] => values.map((value) => Math.fround(value / 5));
  const [upper, lower] = [row([1, 0, 1, 2, 1]), row([4, 3, 4, 5, 4])];
  assert.deepEqual([...red], [...lower, ...upper, ...lower, ...upper]);
});

test("output becomes bytes, rounded and clipped; NaN is an error", () => {
  const part = { top: 0, left: 1, height: 1, width: 1 };
  const output = Float32Array.of(0, 0, 0, -0.5, 0.5, 1.5);
  assert.deepEqual([...toBytes(output, 2, part)], [0, 128, 255, 255]);
  output[3] = Number.NaN;
  assert.throws(() => toBytes(output, 2, part), /NaN/);
});

test("a photo is shrunk to a number of pixels, never enlarged", () => {
  assert.deepEqual(fitted({ height: 3000, width: 4000 }, 480_000), { height: 600, width: 800 });
  assert.deepEqual(fitted({ height: 3, width: 1 }, 100), { height: 3, width: 1 });
  assert.deepEqual(fitted({ height: 1, width: 100_000 }, 100), { height: 1, width: 3162 });
});

test("style weights have the sum 1", () => {
  assert.deepEqual(styleWeights(3, 1, null, 0.5), [0, 1, 0]);
  assert.deepEqual(styleWeights(3, 1, 1, 0.5), [0, 1, 0]);
  assert.deepEqual(styleWeights(3, 0, 2, 0.25), [0.75, 0, 0.25]);
});

test("tiles are those of Python", () => {
  interface Golden {
    height: number;
    width: number;
    computed: [number, number];
    around: number;
    tiles: Record<"rows" | "columns" | "kept_rows" | "kept_columns", [number, number]>[];
  }
  const { tiles: goldens } = JSON.parse(readFileSync("../tests/goldens/goldens.json", "utf8")) as { tiles: Golden[] };
  for (const { height, width, computed, around, tiles } of goldens) {
    const found = spans(height, computed[0], around).flatMap((row) =>
      spans(width, computed[1], around).map((column) => [row, column]),
    );
    const expected = tiles.map(({ rows, columns, kept_rows, kept_columns }) => [
      { start: rows[0], keptFrom: kept_rows[0], keptTo: kept_rows[1] },
      { start: columns[0], keptFrom: kept_columns[0], keptTo: kept_columns[1] },
    ]);
    assert.deepEqual(found, expected);
  }
});
