package org.stylekit.core;

/** A picture of opaque pixels, {@code 0xAARRGGBB}, row by row; as Android's bitmaps give them. */
public final class Image {
  public final int height;
  public final int width;
  public final int[] pixels;

  /**
   * A black picture, or one of given pixels, which are not copied.
   *
   * @throws IllegalArgumentException sizes below 1, or another number of pixels.
   */
  public Image(int height, int width, int[] pixels) {
    if (height < 1 || width < 1 || pixels.length != (long) height * width) {
      throw new IllegalArgumentException(
          pixels.length + " pixels for an image of " + width + "x" + height);
    }
    this.height = height;
    this.width = width;
    this.pixels = pixels;
  }

  public Image(int height, int width) {
    this(height, width, new int[Math.multiplyExact(height, width)]);
  }

  static int pack(int red, int green, int blue) {
    return 0xff000000 | red << 16 | green << 8 | blue;
  }

  static int red(int pixel) {
    return pixel >> 16 & 255;
  }

  static int green(int pixel) {
    return pixel >> 8 & 255;
  }

  static int blue(int pixel) {
    return pixel & 255;
  }

  /** The byte nearest to a value, within 0 and 255. */
  static int toByte(float value) {
    return Math.max(0, Math.min(255, Math.round(value)));
  }
}
