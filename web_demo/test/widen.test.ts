import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Flatbuffer } from "../src/flatbuffer";
import { float32Bits, widened } from "../src/widen";

const SHIPPED = new Uint8Array(readFileSync("../stylekit/zoo/classics/classics.tflite"));

/** What float32 number a float16 number becomes. */
function widenedNumber(half: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint32(0, float32Bits(half));
  return view.getFloat32(0);
}

test("float16 numbers are widened to equal float32 ones", () => {
  const known: [number, number][] = [
    [0x0000, 0],
    [0x8000, -0],
    [0x3c00, 1],
    [0xc000, -2],
    [0x3555, 0.333251953125],
    [0x7bff, 65504],
    [0x0400, 2 ** -14],
    [0x03ff, 1023 * 2 ** -24],
    [0x0200, 2 ** -15],
    [0x0001, 2 ** -24],
    [0x8001, -(2 ** -24)],
    [0x7c00, Infinity],
    [0xfc00, -Infinity],
    [0x7e00, NaN],
  ];
  for (const [half, expected] of known) assert.ok(Object.is(widenedNumber(half), expected), half.toString(16));
});

test("every float16 number but the ones above infinity is sign, exponent and fraction", () => {
  for (let half = 0; half < 0x10000; half++) {
    const exponent = (half >> 10) & 0x1f;
    if (exponent === 0x1f) continue;
    const fraction = half & 0x3ff;
    const size = exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25);
    assert.equal(widenedNumber(half), half & 0x8000 ? -size : size);
  }
});

/** Of the first subgraph: the kinds of its operators, its tensors' types, and its constants. */
function graph(bytes: Uint8Array): { kinds: number[]; types: number[]; constants: Uint8Array[] } {
  const file = new Flatbuffer(bytes);
  const model = file.root();
  const codes = file.tables(model, 1).map((code) => Math.max(file.byte(code, 0), file.number(code, 3)));
  const [subgraph] = file.tables(model, 2) as [number];
  const buffers = file.tables(model, 4);
  const tensors = file.tables(subgraph, 0);
  return {
    kinds: file.tables(subgraph, 3).map((operator) => codes[file.number(operator, 0)] as number),
    types: tensors.map((tensor) => file.byte(tensor, 1)),
    constants: tensors.map((tensor) => file.data(buffers[file.number(tensor, 2)] as number, 0)),
  };
}

test("the shipped model's float16 constants become float32 constants, and nothing else changes", () => {
  const [FLOAT16, DEQUANTIZE] = [1, 6];
  const before = graph(SHIPPED);
  const after = graph(widened(SHIPPED));
  assert.ok(before.kinds.includes(DEQUANTIZE) && before.types.includes(FLOAT16));
  assert.deepEqual(after.kinds, before.kinds.filter((kind) => kind !== DEQUANTIZE));
  assert.ok(!after.types.includes(FLOAT16));
  for (const [tensor, halves] of before.constants.entries()) {
    const values = after.constants[tensor] as Uint8Array;
    if (before.types[tensor] === FLOAT16) {
      assert.equal(values.byteLength, 2 * halves.byteLength);
      assert.equal(values.byteOffset % 16, 0);
      const half = new DataView(halves.buffer, halves.byteOffset).getUint16(0, true);
      assert.equal(new DataView(values.buffer, values.byteOffset).getUint32(0, true), float32Bits(half));
    } else if (halves.byteLength > 0) {
      assert.deepEqual(values, halves);
    }
  }
});

test("a model without float16 constants stays as it is", () => {
  const widenedOnce = widened(SHIPPED);
  assert.deepEqual(widened(widenedOnce), widenedOnce);
});
