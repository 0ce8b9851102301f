package org.stylekit.core;

/** Resize pictures with their aspect ratio kept. */
public final class Resize {
  private Resize() {}

  /**
   * The size with a picture's aspect ratio and at most so many pixels, {@code {height, width}}.
   *
   * <p>Never larger than the picture; no side below 1.
   */
  public static int[] fitted(int height, int width, long pixels) {
    double scale = Math.min(1, Math.sqrt(pixels / ((double) height * width)));
    return new int[] {
      Math.max(1, (int) Math.round(height * scale)), Math.max(1, (int) Math.round(width * scale))
    };
  }

  /**
   * Resize with a triangle filter, as wide as the reduction where it shrinks: no aliasing.
   *
   * <p>The filter of Pillow's {@code BILINEAR}, each axis rounded to bytes once.
   */
  public static Image resized(Image image, int height, int width) {
    if (height == image.height && width == image.width) {
      return new Image(height, width, image.pixels.clone());
    }
    Taps columns = new Taps(image.width, width);
    Taps rows = new Taps(image.height, height);
    Image narrow = new Image(image.height, width);
    for (int y = 0; y < image.height; y++) {
      for (int x = 0; x < width; x++) {
        int first = y * image.width + columns.first[x];
        narrow.pixels[y * width + x] = mixed(image.pixels, first, 1, columns.weights[x]);
      }
    }
    Image result = new Image(height, width);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int first = rows.first[y] * width + x;
        result.pixels[y * width + x] = mixed(narrow.pixels, first, width, rows.weights[y]);
      }
    }
    return result;
  }

  private static int mixed(int[] pixels, int first, int step, float[] weights) {
    float red = 0;
    float green = 0;
    float blue = 0;
    for (int i = 0; i < weights.length; i++) {
      int pixel = pixels[first + i * step];
      red += weights[i] * Image.red(pixel);
      green += weights[i] * Image.green(pixel);
      blue += weights[i] * Image.blue(pixel);
    }
    return Image.pack(Image.toByte(red), Image.toByte(green), Image.toByte(blue));
  }

  /** For each new position: the first old one that counts, and weights from there. */
  private static final class Taps {
    final int[] first;
    final float[][] weights;

    Taps(int from, int to) {
      first = new int[to];
      weights = new float[to][];
      double scale = (double) from / to;
      double radius = Math.max(scale, 1);
      for (int i = 0; i < to; i++) {
        double centre = (i + 0.5) * scale;
        int start = Math.max(0, (int) Math.floor(centre - radius + 0.5));
        int end = Math.min(from, (int) Math.floor(centre + radius + 0.5));
        double[] shares = new double[Math.max(1, end - start)];
        double sum = 0;
        for (int j = 0; j < shares.length; j++) {
          double distance = Math.abs((start + j + 0.5 - centre) / radius);
          shares[j] = Math.max(0, 1 - distance);
          sum += shares[j];
        }
        first[i] = Math.min(start, from - shares.length);
        weights[i] = new float[shares.length];
        for (int j = 0; j < shares.length; j++) {
          weights[i][j] = sum == 0 ? 1f / shares.length : (float) (shares[j] / sum);
        }
      }
    }
  }
}
