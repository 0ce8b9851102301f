import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { UserError } from "../src/errors";
import { associatedFiles } from "../src/associated";
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
