package org.stylekit.core;

/** The colours of the photo in a stylized picture; {@code stylekit.imaging.color} in Java. */
public final class ColorPreservation {
  private ColorPreservation() {}

  /**
   * The stylized picture's light and dark with the photo's hues.
   *
   * <p>In YIQ the photo's I and Q stay and Y changes, so all channels move by the same amount.
   *
   * @throws IllegalArgumentException pictures of different sizes.
   */
  public static Image luminance(Image stylized, Image photo) {
    if (stylized.height != photo.height || stylized.width != photo.width) {
      throw new IllegalArgumentException("a stylized picture of " + stylized.width + "x"
          + stylized.height + " for a photo of " + photo.width + "x" + photo.height);
    }
    Image result = new Image(photo.height, photo.width);
    for (int i = 0; i < result.pixels.length; i++) {
      int pixel = photo.pixels[i];
      float lighter = luma(stylized.pixels[i]) - luma(pixel);
      result.pixels[i] = Image.pack(
          Image.toByte(Image.red(pixel) + lighter),
          Image.toByte(Image.green(pixel) + lighter),
          Image.toByte(Image.blue(pixel) + lighter));
    }
    return result;
  }

  /** Y of ITU-R BT.601, in [0, 255]. */
  private static float luma(int pixel) {
    return 0.299f * Image.red(pixel) + 0.587f * Image.green(pixel) + 0.114f * Image.blue(pixel);
  }
}
