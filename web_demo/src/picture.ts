/** Photos: from files and cameras to pixels, and back to files. */
import { UserError } from "./errors";
import { fitted, type Rectangle, type Size } from "./geometry";

/** Larger photos are shrunk when they are opened: two such canvases are what browsers bear. */
export const MOST_PIXELS = 40_000_000;

export type Surface = HTMLCanvasElement;

/** Something that can be drawn, and its size. */
export interface Picture extends Size {
  source: CanvasImageSource;
}

/** A picture from a file, and the size it has there. */
export interface Photo extends Picture {
  original: Size;
}

/**
 * A photo from a file: upright, in sRGB, transparency laid on white.
 *
 * @throws UserError for a file that is no image, or one that this browser cannot hold.
 */
export async function openPhoto(file: Blob): Promise<Photo> {
  if (file.size === 0) throw new UserError("The file is empty.");
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    throw new UserError("This file is no image that your browser can read: choose a JPEG, PNG or WebP photo.");
  }
  const original = { height: bitmap.height, width: bitmap.width };
  const size = fitted(original, MOST_PIXELS);
  const canvas = surface(size);
  drawInto(canvas, { source: bitmap, ...original });
  bitmap.close();
  return { source: canvas, ...size, original };
}

/** An empty canvas. */
export function surface({ width, height }: Size): Surface {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  return canvas;
}

/** Draw a picture over the whole of a canvas. */
export function drawInto(canvas: Surface, picture: Picture): CanvasRenderingContext2D {
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (context === null) throw new UserError("There is not enough memory for this picture: try a smaller one.");
  context.fillStyle = "white";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = "high";
  context.drawImage(picture.source, 0, 0, canvas.width, canvas.height);
  return context;
}

/** A copy of a picture at another size. */
export function scaled(picture: Picture, size: Size): Picture {
  const canvas = surface(size);
  drawInto(canvas, picture);
  return { source: canvas, ...size };
}

/** RGBA of a part of a picture. */
export function pixelsOf(picture: Picture, area: Rectangle): Uint8ClampedArray {
  const source = picture.source;
  if (source instanceof HTMLCanvasElement) {
    const context = source.getContext("2d", { willReadFrequently: true }) as CanvasRenderingContext2D;
    return context.getImageData(area.left, area.top, area.width, area.height).data;
  }
  return pixelsOf(scaled(picture, picture), area);
}

/** Put RGBA of a part into a canvas. */
export function putPixels(canvas: Surface, data: Uint8ClampedArray<ArrayBuffer>, area: Rectangle): void {
  const context = canvas.getContext("2d") as CanvasRenderingContext2D;
  context.putImageData(new ImageData(data, area.width, area.height), area.left, area.top);
}

/** A picture of RGBA. */
export function pictureOf({ data, height, width }: Size & { data: Uint8ClampedArray<ArrayBuffer> }): Picture {
  const canvas = surface({ height, width });
  putPixels(canvas, data, { top: 0, left: 0, height, width });
  return { source: canvas, height, width };
}

/** Offer a canvas to be saved as a JPEG file. */
export async function download(canvas: Surface, name: string): Promise<void> {
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.95));
  if (blob === null) throw new UserError("There is not enough memory to save this picture.");
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
