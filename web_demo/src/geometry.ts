/** Where pixels of a photo lie in what the network sees; `stylekit.imaging.window` in TypeScript. */
import type { ModelCard } from "./model-file";

export interface Size {
  height: number;
  width: number;
}

export interface Rectangle extends Size {
  top: number;
  left: number;
}

type Fit = Pick<ModelCard, "margin" | "multipleOf" | "smallest">;

/** Length of a side after padding: margins on both ends, then up to a multiple. */
export function paddedLength(length: number, { margin, multipleOf, smallest }: Fit): number {
  const withMargins = Math.max(length, smallest) + 2 * margin;
  return Math.ceil(withMargins / multipleOf) * multipleOf;
}

export function paddedSize(photo: Size, fit: Fit): Size {
  return { height: paddedLength(photo.height, fit), width: paddedLength(photo.width, fit) };
}

/**
 * The row (or column) of the photo that is seen at a padded one.
 *
 * The last row is repeated up to the smallest size; then all is reflected, again and again where
 * the photo is smaller than the padding.
 */
export function photoIndex(padded: number, length: number, { margin, smallest }: Fit): number {
  const enlarged = Math.max(length, smallest);
  if (enlarged === 1) return 0;
  const period = 2 * (enlarged - 1);
  const phase = (((padded - margin) % period) + period) % period;
  return Math.min(phase < enlarged ? phase : period - phase, length - 1);
}

/** The least part of the photo that holds everything seen in a window of its padded form. */
export function regionOf(window: Rectangle, photo: Size, fit: Fit): Rectangle {
  const rows = extent(window.top, window.height, photo.height, fit);
  const columns = extent(window.left, window.width, photo.width, fit);
  return { top: rows.first, height: rows.count, left: columns.first, width: columns.count };
}

function extent(start: number, count: number, length: number, fit: Fit): { first: number; count: number } {
  let first = length;
  let last = -1;
  for (let i = start; i < start + count; i++) {
    const index = photoIndex(i, length, fit);
    first = Math.min(first, index);
    last = Math.max(last, index);
  }
  return { first, count: last - first + 1 };
}

/** A part of a picture to be stylized: what the network sees, and what is kept of it. */
export interface Tile {
  /** In the padded photo; of the same size for all tiles. */
  window: Rectangle;
  /** In the photo; the tiles' parts cover it exactly once. */
  kept: Rectangle;
}

/**
 * Cut a photo into tiles of one size with `context` pixels around what is kept of each.
 *
 * With statistics of the whole picture given, a pixel depends on what the network's receptive
 * field reaches and on nothing else, so tiles that see that far join without a seam. At the
 * photo's borders the padding is the context.
 */
export function tilesOf(photo: Size, tile: Size, context: number, fit: Fit): Tile[] {
  const padded = paddedSize(photo, fit);
  const rows = spans(photo.height, padded.height, tile.height, context, fit);
  const columns = spans(photo.width, padded.width, tile.width, context, fit);
  return rows.flatMap((row) =>
    columns.map((column) => ({
      window: { top: row.start, height: row.size, left: column.start, width: column.size },
      kept: { top: row.first, height: row.count, left: column.first, width: column.count },
    })),
  );
}

interface Span {
  start: number;
  size: number;
  first: number;
  count: number;
}

function spans(length: number, padded: number, size: number, context: number, fit: Fit): Span[] {
  const result: Span[] = [];
  let first = 0;
  while (first < length) {
    const ideal = first + fit.margin - (first === 0 ? fit.margin : context);
    // On the grid of the network's coarsest features, and inside the padded photo.
    const aligned = Math.floor(ideal / fit.multipleOf) * fit.multipleOf;
    const start = Math.max(0, Math.min(aligned, padded - size));
    const end = start + size >= padded ? length : start + size - fit.margin - context;
    result.push({ start, size, first, count: end - first });
    first = end;
  }
  return result;
}

/** The size with the photo's aspect ratio and at most so many pixels; never larger than it. */
export function fitted(photo: Size, pixels: number): Size {
  const scale = Math.min(1, Math.sqrt(pixels / (photo.height * photo.width)));
  return {
    height: Math.max(1, Math.round(photo.height * scale)),
    width: Math.max(1, Math.round(photo.width * scale)),
  };
}
