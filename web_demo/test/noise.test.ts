import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { noiseMaps, uniform } from "../src/noise";

interface Goldens {
  uniform: { seed: number; stream: number; start: number; top24: number[] }[];
  maps: { seed: number; cells: number[]; rows: [number, number]; columns: [number, number]; values: number[] }[];
}

const goldens = JSON.parse(readFileSync("../tests/goldens/noise.json", "utf8")) as Goldens;

test("uniform numbers are those of Python", () => {
  for (const { seed, stream, start, top24 } of goldens.uniform) {
    const found = top24.map((_, i) => uniform(seed, stream, start + i) * 2 ** 24);
    assert.deepEqual(found, top24);
  }
});

test("maps of noise are those of Python", () => {
  for (const { seed, cells, rows, columns, values } of goldens.maps) {
    const found = noiseMaps(
      seed,
      cells,
      { first: rows[0], last: rows[1] },
      { first: columns[0], last: columns[1] },
    );
    assert.deepEqual([...found], values);
  }
});
