/** Between a canvas' bytes and a network's floats. */
import { UserError } from "./errors";
import { photoIndex, type Rectangle, type Size } from "./geometry";
import type { ModelCard } from "./model-file";

/** A part of a photo: RGBA bytes, row by row. */
export interface Region {
  data: Uint8ClampedArray;
  area: Rectangle;
}

/** What the network sees in a window: `[height, width, 3]` in [0, 1], read from a region that covers it. */
export function toFloats(
  region: Region,
  photo: Size,
  window: Rectangle,
  fit: Pick<ModelCard, "margin" | "multipleOf" | "smallest">,
): Float32Array {
  const { area, data } = region;
  const floats = new Float32Array(window.height * window.width * 3);
  const columns = Array.from(
    { length: window.width },
    (_, x) => 4 * (photoIndex(window.left + x, photo.width, fit) - area.left),
  );
  let target = 0;
  for (let y = 0; y < window.height; y++) {
    const row = 4 * area.width * (photoIndex(window.top + y, photo.height, fit) - area.top);
    for (const column of columns) {
      for (let channel = 0; channel < 3; channel++) {
        floats[target++] = (data[row + column + channel] as number) / 255;
      }
    }
  }
  return floats;
}

/**
 * Bytes of a part of the network's output, opaque.
 *
 * @param width of the output, in pixels.
 * @param part of the output.
 * @throws UserError where the output is not a number.
 */
export function toBytes(output: Float32Array, width: number, part: Rectangle): Uint8ClampedArray<ArrayBuffer> {
  const bytes = new Uint8ClampedArray(part.height * part.width * 4);
  let target = 0;
  for (let y = part.top; y < part.top + part.height; y++) {
    let source = 3 * (y * width + part.left);
    for (let x = 0; x < part.width; x++) {
      for (let channel = 0; channel < 3; channel++) {
        const value = output[source++] as number;
        if (Number.isNaN(value)) throw new UserError("The model gave NaN: its weights are damaged.");
        bytes[target++] = value * 255; // a clamped array rounds to the nearest
      }
      bytes[target++] = 255;
    }
  }
  return bytes;
}
