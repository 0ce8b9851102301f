/**
 * A large photograph in small, of patches at its own scale; `stylekit.inference.sheets`.
 *
 * A reduced copy has other texture than the photograph, and so other statistics.
 */
import type { Rectangle, Size } from "./geometry";

/** Pixels a side of a sheet, where the file does not say. */
export const SHEET = 1024;
const PATCH = 256;
const BLENDED = 32;
const FEWEST = 4;
const SHARE_OF = 3;
const MOST_PIXELS = 8 * SHEET * SHEET;

/** Where the rows of a sheet (or its columns) come from: `(1 - weight) * first + weight * second`. */
export interface Line {
  first: Int32Array;
  second: Int32Array;
  weights: Float32Array;
}

export interface Sheet extends Size {
  /** RGBA, opaque. */
  data: Uint8ClampedArray<ArrayBuffer>;
}

/** Rows and columns of each sheet, of at most the size `most`. */
export function planOf(photo: Size, most: Size): { rows: Line; columns: Line }[] {
  const sheet = Math.min(photo.height, most.height) * Math.min(photo.width, most.width);
  const pixels = photo.height * photo.width;
  const sampled = Math.min(Math.floor(pixels / SHARE_OF), MOST_PIXELS);
  const number = Math.max(Math.floor(sampled / sheet), Math.min(FEWEST, Math.floor(pixels / sheet)));
  let step = Math.max(1, Math.floor((5 * number) / 8));
  while (divisor(step, number) > 1) step++;
  return Array.from({ length: number }, (_, index) => ({
    rows: lineOf(photo.height, most.height, index, number),
    columns: lineOf(photo.width, most.width, (step * index + Math.floor(number / 2)) % number, number),
  }));
}

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b);
}

function lineOf(length: number, most: number, place: number, number: number): Line {
  const patches = length <= most ? 1 : Math.max(2, Math.floor((most + PATCH / 2) / PATCH));
  const side = length <= most ? length : Math.floor(most / patches);
  const count = patches * side;
  const line = { first: new Int32Array(count), second: new Int32Array(count), weights: new Float32Array(count) };
  if (patches === 1) {
    for (let position = 0; position < count; position++) line.first[position] = line.second[position] = position;
    return line;
  }
  const start = (patch: number): number =>
    Math.floor(((patch * number + place) * (length - side)) / (patches * number - 1));
  for (let position = 0; position < count; position++) {
    // The patch before the nearest edge between two, and how far beyond it the position is.
    const before = clamped(Math.floor((position + Math.floor(side / 2)) / side) - 1, patches - 2);
    const beyond = position - (before + 1) * side;
    line.weights[position] = clamped((beyond + BLENDED / 2 + 0.5) / BLENDED, 1);
    line.first[position] = clamped(start(before) + side + beyond, length - 1);
    line.second[position] = clamped(start(before + 1) + beyond, length - 1);
  }
  return line;
}

function clamped(value: number, most: number): number {
  return Math.max(0, Math.min(most, value));
}

/**
 * The sheet of these rows and columns.
 *
 * @param pixelsOf gives RGBA of a part of the photo; parts of a few rows are asked for.
 */
export function sheetOf(
  rows: Line,
  columns: Line,
  pixelsOf: (area: Rectangle) => Uint8ClampedArray,
  photo: Size,
): Sheet {
  const height = rows.first.length;
  const width = columns.first.length;
  const data = new Uint8ClampedArray(4 * height * width).fill(255);
  const row = (top: number): Uint8ClampedArray => pixelsOf({ top, left: 0, height: 1, width: photo.width });
  for (let y = 0; y < height; y++) {
    const below = rows.weights[y]!;
    const first = row(rows.first[y]!);
    const second = below > 0 ? row(rows.second[y]!) : first;
    for (let x = 0; x < width; x++) {
      const [left, right, weight] = [4 * columns.first[x]!, 4 * columns.second[x]!, columns.weights[x]!];
      for (let channel = 0; channel < 3; channel++) {
        const above = (1 - weight) * first[left + channel]! + weight * first[right + channel]!;
        const under = (1 - weight) * second[left + channel]! + weight * second[right + channel]!;
        // Halves go up, as in Python and Java; the array itself would round them to even.
        data[4 * (y * width + x) + channel] = Math.floor((1 - below) * above + below * under + 0.5);
      }
    }
  }
  return { data, height, width };
}
