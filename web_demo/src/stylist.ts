/** Pictures of any size through a network of limited size. */
import type { Client } from "./client";
import { fitted, paddedSize, regionOf, tilesOf, type Rectangle, type Size } from "./geometry";
import { pictureOf, pixelsOf, putPixels, scaled, surface, type Picture, type Surface } from "./picture";
import type { Loaded, Stylized } from "./protocol";
import { planOf, SHEET, sheetOf } from "./sheets";

// What is shown while something is chosen.
export const PREVIEW_PIXELS = 512 * 512;
// Up to here a picture is run as a whole; above, in tiles.
const WHOLE_PIXELS = 1024 * 1024;
const TILE = 640;

export interface Settings {
  styleWeights: number[];
  strength: number;
  /** Another one gives another picture, if the model has noise. */
  seed: number;
}

export interface Result {
  canvas: Surface;
  /** Of the network alone. */
  milliseconds: number;
}

export class Stylist {
  constructor(
    private readonly client: Client,
    readonly model: Loaded,
  ) {}

  /** Whether pictures above a megapixel keep their size: their tiles need statistics of the whole. */
  get hasTiles(): boolean {
    return this.model.statistics > 0;
  }

  /** Stylize a picture in one run, shrunk to at most so many pixels. */
  async whole(picture: Picture, settings: Settings, pixels = PREVIEW_PIXELS): Promise<Result> {
    const copy = this.reduced(picture, pixels);
    const stylized = await this.runWhole(copy, settings);
    const canvas = surface(copy);
    putPixels(canvas, stylized.data, all(copy));
    return { canvas, milliseconds: stylized.milliseconds };
  }

  /**
   * Stylize a picture at its full size: in tiles that share statistics, those of sheets of it.
   *
   * @param progress is told the share that is done.
   * @param signal stops the work between two runs; the promise is then rejected with its reason.
   */
  async full(
    picture: Picture,
    settings: Settings,
    progress: (share: number) => void,
    signal: AbortSignal,
  ): Promise<Result> {
    const fixed = this.model.size;
    const fits = fixed === null ? picture.width * picture.height <= WHOLE_PIXELS : fitsInto(picture, this);
    if (fits || !this.hasTiles) return this.whole(picture, settings, WHOLE_PIXELS);
    const padded = paddedSize(picture, this.model.card);
    const tile = fixed ?? { height: Math.min(TILE, padded.height), width: Math.min(TILE, padded.width) };
    const tiles = tilesOf(picture, tile, this.model.card.surroundings, this.model.card);
    const sheets = planOf(picture, this.sheetSize());
    const all = sheets.length + tiles.length;
    const statistics = new Float64Array(this.model.statistics);
    let milliseconds = 0;
    for (const [index, { rows, columns }] of sheets.entries()) {
      signal.throwIfAborted();
      const sheet = sheetOf(rows, columns, (area) => pixelsOf(picture, area), picture);
      const found = await this.runWhole(pictureOf(sheet), settings);
      found.statistics.forEach((value, place) => (statistics[place]! += value / sheets.length));
      milliseconds += found.milliseconds;
      progress((index + 1) / all);
    }
    const shared = Float32Array.from(statistics);
    const canvas = surface(picture);
    for (const [index, { window, kept }] of tiles.entries()) {
      signal.throwIfAborted();
      const part = await this.run(picture, window, kept, settings, shared);
      putPixels(canvas, part.data, kept);
      milliseconds += part.milliseconds;
      progress((sheets.length + index + 1) / all);
    }
    return { canvas, milliseconds };
  }

  /** A copy of at most so many pixels, and so small that a network of one size takes it. */
  private reduced(picture: Picture, pixels: number): Picture {
    let size = fitted(picture, pixels);
    const fixed = this.model.size;
    if (fixed !== null) {
      const { margin } = this.model.card;
      const scale = Math.min(
        1,
        (fixed.height - 2 * margin) / size.height,
        (fixed.width - 2 * margin) / size.width,
      );
      size = {
        height: Math.max(1, Math.floor(size.height * scale)),
        width: Math.max(1, Math.floor(size.width * scale)),
      };
    }
    return scaled(picture, size);
  }

  private sheetSize(): Size {
    const fixed = this.model.size;
    if (fixed === null) return { height: SHEET, width: SHEET };
    const { margin } = this.model.card;
    return { height: fixed.height - 2 * margin, width: fixed.width - 2 * margin };
  }

  private runWhole(picture: Picture, settings: Settings): Promise<Stylized> {
    const size = this.model.size ?? paddedSize(picture, this.model.card);
    return this.run(picture, { top: 0, left: 0, ...size }, all(picture), settings);
  }

  private run(
    picture: Picture,
    window: Rectangle,
    kept: Rectangle,
    settings: Settings,
    statistics?: Float32Array,
  ): Promise<Stylized> {
    const photo = { height: picture.height, width: picture.width };
    const area = regionOf(window, photo, this.model.card);
    return this.client.stylize({
      kind: "stylize",
      photo,
      data: pixelsOf(picture, area),
      area,
      window,
      kept,
      ...settings,
      ...(statistics ? { statistics } : {}),
    });
  }
}

function fitsInto(picture: Size, { model }: Stylist): boolean {
  const padded = paddedSize(picture, model.card);
  return model.size !== null && padded.height <= model.size.height && padded.width <= model.size.width;
}

function all({ height, width }: Size): Rectangle {
  return { top: 0, left: 0, height, width };
}
