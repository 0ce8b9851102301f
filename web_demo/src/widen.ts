/**
 * Models with float16 constants, computed from float32 ones.
 *
 * Exported files keep their constants as float16, each behind an operator DEQUANTIZE. LiteRT for
 * the web multiplies by such constants several times more slowly than by float32 constants, so they
 * are widened before a model is compiled; the values are the same.
 */
import { Flatbuffer } from "./flatbuffer";

// Fields of the tables of TensorFlow's schema.fbs, by number.
const MODEL = { version: 0, operatorCodes: 1, subgraphs: 2, buffers: 4 };
const MODEL_FIELDS = 8;
const OPERATOR_CODE = { deprecatedCode: 0, code: 3 };
const SUBGRAPH = { tensors: 0, operators: 3 };
const OPERATOR = { code: 0, inputs: 1, outputs: 2 };
const TENSOR = { type: 1, buffer: 2 };
const BUFFER = { data: 0, offset: 1 };

const DEQUANTIZE = 6;
const FLOAT32 = 0;
const FLOAT16 = 1;

/** What the schema asks for: constants are read in place. */
const ALIGNMENT = 16;

/**
 * The model with float32 constants in place of float16 ones, without their operators DEQUANTIZE.
 *
 * The result is no zip archive any more. Models of more than 2 GB, which keep constants behind the
 * flatbuffer, come back as they are.
 *
 * @throws RangeError for a damaged file.
 */
export function widened(bytes: Uint8Array): Uint8Array {
  const body = bytes.slice();
  const file = new Flatbuffer(body);
  const buffers = file.tables(file.root(), MODEL.buffers);
  if (buffers.some((buffer) => file.field(buffer, BUFFER.offset) !== 0)) return body;
  const added = new Map<number, Uint32Array>();
  const indexOf = (buffer: number): number => {
    if (!added.has(buffer)) added.set(buffer, floats(file.data(buffers[buffer] as number, BUFFER.data)));
    return buffers.length + [...added.keys()].indexOf(buffer);
  };
  for (const subgraph of file.tables(file.root(), MODEL.subgraphs)) widenSubgraph(file, body, subgraph, indexOf);
  return added.size === 0 ? body : behindNewHead(file, body, [...added.values()]);
}

/**
 * Make constants of what a subgraph dequantizes.
 *
 * @param indexOf the number of the buffer that holds a float16 buffer's values as float32.
 */
function widenSubgraph(
  file: Flatbuffer,
  body: Uint8Array,
  subgraph: number,
  indexOf: (buffer: number) => number,
): void {
  const view = new DataView(body.buffer);
  const codes = file.tables(file.root(), MODEL.operatorCodes).map((code) =>
    // Old files have it in one field, new ones in the other.
    Math.max(file.byte(code, OPERATOR_CODE.deprecatedCode), file.number(code, OPERATOR_CODE.code)),
  );
  const tensors = file.tables(subgraph, SUBGRAPH.tensors);
  const operators = file.tables(subgraph, SUBGRAPH.operators);
  const constants = new Set<number>();
  const left: number[] = [];
  for (const operator of operators) {
    if (codes[file.number(operator, OPERATOR.code)] !== DEQUANTIZE) {
      left.push(operator);
      continue;
    }
    const input = tensors[file.integers(operator, OPERATOR.inputs).getInt32(0, true)] as number;
    if (file.byte(input, TENSOR.type) !== FLOAT16 || file.number(input, TENSOR.buffer) === 0) {
      left.push(operator); // of integers, or of something computed
      continue;
    }
    // The input's table, which will say float32, becomes the output's as well: exported graphs
    // compute in float32, so nothing but this operator reads the constant as float16.
    constants.add(input);
    const output = file.integers(operator, OPERATOR.outputs).getInt32(0, true);
    const entry = file.vector(subgraph, SUBGRAPH.tensors) + 4 + 4 * output;
    view.setUint32(entry, input - entry, true);
  }
  const vector = file.vector(subgraph, SUBGRAPH.operators);
  view.setUint32(vector, left.length, true);
  for (const [index, operator] of left.entries()) {
    const entry = vector + 4 + 4 * index;
    view.setUint32(entry, operator - entry, true);
  }
  for (const tensor of constants) {
    view.setUint32(file.field(tensor, TENSOR.buffer), indexOf(file.number(tensor, TENSOR.buffer)), true);
    view.setInt8(file.field(tensor, TENSOR.type), FLOAT32);
  }
}

/**
 * The model with more buffers.
 *
 * References in a flatbuffer point forward, so a longer list of buffers, the tables and values of
 * the new ones, and a root that refers to that list are put before what is there.
 */
function behindNewHead(file: Flatbuffer, body: Uint8Array, added: Uint32Array[]): Uint8Array {
  const old = file.root();
  const buffers = file.tables(old, MODEL.buffers);
  const modelLayout = 8;
  const model = modelLayout + 2 * (2 + MODEL_FIELDS);
  const bufferLayout = model + 4 + 4 * MODEL_FIELDS;
  const list = bufferLayout + 8;
  const tables = list + 4 + 4 * (buffers.length + added.length);
  let end = tables + 8 * added.length;
  const starts = added.map((values) => {
    const start = aligned(end + 4);
    end = start + values.byteLength;
    return start;
  });
  const head = aligned(end);

  const bytes = new Uint8Array(head + body.length);
  bytes.set(body, head);
  const view = new DataView(bytes.buffer);
  const refer = (position: number, target: number): void => view.setUint32(position, target - position, true);
  refer(0, model);
  bytes.set(body.subarray(4, 8), 4); // what kind of file it is
  view.setUint16(modelLayout, model - modelLayout, true);
  view.setUint16(modelLayout + 2, bufferLayout - model, true);
  view.setInt32(model, model - modelLayout, true);
  for (let field = 0; field < MODEL_FIELDS; field++) {
    if (file.field(old, field) === 0) continue;
    const position = model + 4 + 4 * field;
    view.setUint16(modelLayout + 4 + 2 * field, position - model, true);
    if (field === MODEL.version) view.setUint32(position, file.number(old, field), true);
    else refer(position, field === MODEL.buffers ? list : head + file.vector(old, field));
  }
  view.setUint16(bufferLayout, 6, true);
  view.setUint16(bufferLayout + 2, 8, true);
  view.setUint16(bufferLayout + 4, 4, true);
  view.setUint32(list, buffers.length + added.length, true);
  for (const [index, buffer] of buffers.entries()) refer(list + 4 + 4 * index, head + buffer);
  for (const [index, values] of added.entries()) {
    const table = tables + 8 * index;
    const start = starts[index] as number;
    refer(list + 4 + 4 * (buffers.length + index), table);
    view.setInt32(table, table - bufferLayout, true);
    refer(table + 4, start - 4);
    view.setUint32(start - 4, values.byteLength, true);
    bytes.set(new Uint8Array(values.buffer), start);
  }
  return bytes;
}

function aligned(position: number): number {
  return Math.ceil(position / ALIGNMENT) * ALIGNMENT;
}

/** The bits of float32 numbers equal to float16 ones. */
function floats(halves: Uint8Array): Uint32Array {
  const view = new DataView(halves.buffer, halves.byteOffset, halves.byteLength);
  return Uint32Array.from({ length: halves.byteLength / 2 }, (_, i) => float32Bits(view.getUint16(2 * i, true)));
}

/** Bits of the float32 number that equals a float16 number. */
export function float32Bits(half: number): number {
  const sign = (half & 0x8000) << 16;
  let exponent = (half >> 10) & 0x1f;
  let fraction = half & 0x3ff;
  if (exponent === 0x1f) return (sign | 0x7f800000 | (fraction << 13)) >>> 0; // infinities, and no numbers
  if (exponent === 0) {
    if (fraction === 0) return sign >>> 0;
    // Subnormal: float32 has room for a leading 1.
    const shift = Math.clz32(fraction) - 21;
    exponent = 1 - shift;
    fraction = (fraction << shift) & 0x3ff;
  }
  return (sign | ((exponent + 112) << 23) | (fraction << 13)) >>> 0;
}
