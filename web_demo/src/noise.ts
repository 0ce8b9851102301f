/** Noise that a seed gives alike in Python, Java and here: docs/noise.md. */

// Salmon et al. 2011, Threefry-2x32 with 20 rounds.
const ROTATIONS = [13, 15, 26, 6, 17, 29, 16, 24];
const PARITY = 0x1bd11bda;
const ROUNDS = 20;

/** Pixels of the photo on a side for each element of a map. */
export const STRIDE = 4;
// Numbers of a grid in a row.
const ROW = 65536;

/** Element `index`, from 0 to below 2³³, of the uniform numbers in [0, 1) of a seed and a stream. */
export function uniform(seed: number, stream: number, index: number): number {
  const keys = [seed | 0, stream | 0, seed ^ stream ^ PARITY];
  const key = (i: number): number => keys[i % 3] as number;
  let x = (Math.floor(index / 2) + key(0)) | 0;
  let y = key(1);
  for (let round = 0; round < ROUNDS; round++) {
    const rotation = ROTATIONS[round % 8] as number;
    x = (x + y) | 0;
    y = x ^ ((y << rotation) | (y >>> (32 - rotation)));
    if (round % 4 === 3) {
      const injection = (round >> 2) + 1;
      x = (x + key(injection)) | 0;
      y = (y + key(injection + 1) + injection) | 0;
    }
  }
  return ((index % 2 === 0 ? x : y) >>> 8) * 2 ** -24;
}

/** A range of rows or columns of a photo, in pixels, multiples of 4. */
export interface Range {
  first: number;
  last: number;
}

/**
 * The input `noise` of a network for a part of a padded photo, row by row.
 *
 * @param cells distance of the grid's points in each channel, in elements: `noise.cells` of a card.
 */
export function noiseMaps(seed: number, cells: number[], rows: Range, columns: Range): Float32Array {
  const [top, left] = [rows.first / STRIDE, columns.first / STRIDE];
  const [height, width] = [rows.last / STRIDE - top, columns.last / STRIDE - left];
  const maps = new Float32Array(height * width * cells.length);
  for (const [channel, cell] of cells.entries()) {
    const grid = gridOf(seed, channel, place(left, cell).before, place(left + width - 1, cell).before + 1);
    for (let i = 0; i < height; i++) {
      const down = place(top + i, cell);
      const [above, below] = [grid.row(down.before), grid.row(down.before + 1)];
      for (let j = 0; j < width; j++) {
        const across = place(left + j, cell);
        const between = (column: number): number => {
          const start = above[column - grid.first] as number;
          return start + ((below[column - grid.first] as number) - start) * down.fraction;
        };
        const begin = between(across.before);
        const value = begin + (between(across.before + 1) - begin) * across.fraction;
        maps[(i * width + j) * cells.length + channel] = value;
      }
    }
  }
  return maps;
}

/** Rows of a channel's grid, from column `first` to `last`, each of which is computed once. */
function gridOf(seed: number, channel: number, first: number, last: number): { first: number; row: (row: number) => Float64Array } {
  const rows = new Map<number, Float64Array>();
  const row = (number: number): Float64Array => {
    let numbers = rows.get(number);
    if (numbers === undefined) {
      numbers = Float64Array.from({ length: last - first + 1 }, (_, i) => uniform(seed, channel, number * ROW + first + i));
      rows.set(number, numbers);
    }
    return numbers;
  };
  return { first, row };
}

/** The grid's point before an element, and how far the element is from it to the next. */
function place(element: number, cell: number): { before: number; fraction: number } {
  const position = (element + 0.5) / cell + 0.5;
  const before = Math.floor(position);
  return { before, fraction: position - before };
}
