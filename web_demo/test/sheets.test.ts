import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { planOf, sheetOf } from "../src/sheets";
import type { Rectangle } from "../src/geometry";

interface Golden {
  height: number;
  width: number;
  most_rows: number;
  most_columns: number;
  sheets: { height: number; width: number; checksum: number }[];
}

test("sheets are those of Python", () => {
  const goldens: Golden[] = JSON.parse(readFileSync("../tests/goldens/imaging.json", "utf8")).sheets;
  for (const photo of goldens) {
    const byteAt = (i: number): number => (97 * i + Math.floor(i / 5)) % 256;
    const pixelsOf = ({ top, width }: Rectangle): Uint8ClampedArray =>
      Uint8ClampedArray.from({ length: 4 * width }, (_, i) =>
        i % 4 === 3 ? 255 : byteAt(3 * (top * width + Math.floor(i / 4)) + (i % 4)),
      );
    const plan = planOf(photo, { height: photo.most_rows, width: photo.most_columns });
    const found = plan.map(({ rows, columns }) => {
      const { data, height, width } = sheetOf(rows, columns, pixelsOf, photo);
      let checksum = 0;
      let i = 0;
      data.forEach((value, place) => {
        if (place % 4 === 3) assert.equal(value, 255);
        else checksum += value * ((i++ % 251) + 1);
      });
      return { height, width, checksum };
    });
    assert.deepEqual(found, photo.sheets);
  }
});
