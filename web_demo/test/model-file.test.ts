import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { UserError } from "../src/errors";
import { associatedFiles } from "../src/associated";
import { Flatbuffer } from "../src/flatbuffer";
import { ModelFile, parseCard, photoTensors } from "../src/model-file";
import { widened } from "../src/widen";

const SHIPPED = new Uint8Array(readFileSync("../stylekit/zoo/classics/classics.tflite"));

test("the shipped model's card is read from its file", async () => {
  const { card, size } = await ModelFile.read(SHIPPED);
  assert.equal(card.name, "classics");
  assert.equal(card.styles.length, 6);
  assert.equal(size, null);
});

test("a copy for one size differs in eight numbers, and is of that size", async () => {
  const copy = (await ModelFile.read(SHIPPED)).forSize(128, 192);
  const whole = widened(SHIPPED);
  const changed = copy.reduce((sum, byte, i) => sum + Number(byte !== whole[i]), 0);
  assert.ok(changed > 0 && changed <= 8 * 4, `${changed} bytes`);
  assert.deepEqual(photoTensors(copy).photo, [1, 128, 192, 3]);
});

test("what is no model of stylekit is refused in words", async () => {
  await assert.rejects(ModelFile.read(new TextEncoder().encode("no model at all")), UserError);
  for (const length of [12, 500, 5000]) {
    await assert.rejects(ModelFile.read(SHIPPED.slice(0, length)), UserError);
  }
  const damaged = SHIPPED.slice();
  damaged.fill(255, 8, 400);
  await assert.rejects(ModelFile.read(damaged), UserError);
});

test("cards of another version, or without sense, are refused", () => {
  const card = { format_version: 1, name: "a", styles: ["b"], margin: 0, multiple_of: 4, smallest: 16 };
  assert.equal(parseCard(JSON.stringify({ ...card, unknown: 1 })).multipleOf, 4);
  assert.throws(() => parseCard(JSON.stringify({ ...card, format_version: 2 })), /version 1/);
  assert.throws(() => parseCard(JSON.stringify({ ...card, styles: [] })), RangeError);
  assert.throws(() => parseCard(JSON.stringify({ ...card, margin: -1 })), RangeError);
});

test("a card says what noise a network takes", () => {
  const card = { format_version: 1, name: "a", styles: ["b"], margin: 0, multiple_of: 4, smallest: 16 };
  const noise = (value: unknown): number[] => parseCard(JSON.stringify({ ...card, noise: value })).noise;
  assert.deepEqual(noise({}), []);
  assert.deepEqual(noise({ stride: 4, cells: [1, 2] }), [1, 2]);
  for (const wrong of [{ stride: 8, cells: [1] }, { stride: 4, cells: [] }, { stride: 4, cells: [0] }, { inputs: [] }]) {
    assert.throws(() => noise(wrong), RangeError);
  }
});

test("a size is written into the photo and into a quarter of it, the noise", async () => {
  const file = await ModelFile.read(new Uint8Array(readFileSync("../tests/goldens/tiny_noise.tflite")));
  assert.deepEqual(file.card.noise, [1, 2, 4]);
  const sized = new Flatbuffer(file.forSize(64, 96));
  const [subgraph] = sized.tables(sized.root(), 2) as [number];
  const shapes = sized.tables(subgraph, 0).map((tensor) => {
    const shape = sized.integers(tensor, 0);
    return Array.from({ length: shape.byteLength / 4 }, (_, i) => shape.getInt32(4 * i, true)).join("x");
  });
  assert.ok(shapes.includes("1x64x96x3") && shapes.includes("1x16x24x3"));
});

test("a texture network is refused in words", async () => {
  const textures = new Uint8Array(readFileSync("../tests/goldens/tiny_textures.tflite"));
  await assert.rejects(ModelFile.read(textures), /not a style network/);
});

test("files behind a model are found and unpacked", async () => {
  // Made by Python's zipfile: "a.txt" deflated, "b.bin" stored, behind four other bytes.
  const archive = [
    "bW9kZVBLAwQUAAAACAAAACEAhHoC5gUAAAAYAAAABQAAAGEudHh0S0zEDgBQSwMEFAAAAAAAAAAhAB2AvFUDAAAA",
    "AwAAAAUAAABiLmJpbgECA1BLAQIUAxQAAAAIAAAAIQCEegLmBQAAABgAAAAFAAAAAAAAAAAAAACAAQQAAABhLnR4",
    "dFBLAQIUAxQAAAAAAAAAIQAdgLxVAwAAAAMAAAAFAAAAAAAAAAAAAACAASwAAABiLmJpblBLBQYAAAAAAgACAGYA",
    "AABSAAAAAAA=",
  ].join("");
  const files = await associatedFiles(Buffer.from(archive, "base64"));
  assert.equal(new TextDecoder().decode(files.get("a.txt")), "a".repeat(24));
  assert.deepEqual([...(files.get("b.bin") ?? [])], [1, 2, 3]);
  assert.equal((await associatedFiles(new Uint8Array(100))).size, 0);
});
