/** Where pixels of a photo lie in what the network sees; `stylekit.imaging.window` in TypeScript. */
import { UserError } from "./errors";
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
 * Cut a photo into tiles with `around` pixels between what is kept of each and its window's borders;
 * as `stylekit.inference.tiles` does.
 *
 * With statistics of the whole picture given, a pixel depends on what the network's receptive
 * field reaches and on nothing else, so tiles that see that far join without a seam. At the
 * photo's borders the padding is what is around.
 */
export function tilesOf(photo: Size, tile: Size, around: number, fit: Fit): Tile[] {
  const padded = paddedSize(photo, fit);
  const rows = spans(padded.height, tile.height, around).map((span) => kept(span, photo.height, fit));
  const columns = spans(padded.width, tile.width, around).map((span) => kept(span, photo.width, fit));
  return rows
    .flatMap((row) =>
      columns.map((column) => ({
        window: { top: row.start, height: tile.height, left: column.start, width: tile.width },
        kept: { top: row.first, height: row.count, left: column.first, width: column.count },
      })),
    )
    .filter(({ kept: { height, width } }) => height > 0 && width > 0);
}

/** Along one side of the padded photo: where a window starts, and what is kept of it. */
export interface Span {
  start: number;
  keptFrom: number;
  keptTo: number;
}

export function spans(length: number, window: number, around: number): Span[] {
  const step = window - 2 * around;
  if (length > window && step < 1) {
    throw new UserError(`The model takes ${window} pixels only: too few for tiles.`);
  }
  const count = length <= window ? 1 : Math.ceil((length - 2 * around) / step);
  const result: Span[] = [];
  let keptFrom = 0;
  for (let i = 0; i < count; i++) {
    const last = i === count - 1;
    // The last one moves back into the picture, and keeps less.
    const start = last ? Math.max(0, length - window) : i * step;
    const keptTo = last ? length : start + window - around;
    result.push({ start, keptFrom, keptTo });
    keptFrom = keptTo;
  }
  return result;
}

/** The kept range without the photo's margins. */
function kept(span: Span, length: number, { margin }: Fit): { start: number; first: number; count: number } {
  const first = Math.max(0, span.keptFrom - margin);
  return { start: span.start, first, count: Math.min(length, span.keptTo - margin) - first };
}

/** The size with the photo's aspect ratio and at most so many pixels; never larger than it. */
export function fitted(photo: Size, pixels: number): Size {
  const scale = Math.min(1, Math.sqrt(pixels / (photo.height * photo.width)));
  return {
    height: Math.max(1, Math.round(photo.height * scale)),
    width: Math.max(1, Math.round(photo.width * scale)),
  };
}
