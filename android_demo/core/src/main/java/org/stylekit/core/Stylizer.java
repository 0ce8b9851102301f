package org.stylekit.core;

import java.util.List;

/** Pictures of any size through a network of limited size. */
public final class Stylizer {
  /** Pixels of a picture that is shown while something is chosen. */
  public static final long PREVIEW_PIXELS = 512 * 512;

  /** A picture is run as a whole up to here. */
  private static final long WHOLE_PIXELS = 1024 * 1024;

  private static final int WINDOW = 640;

  /** Told how far a picture is, in [0, 1]; a false answer stops the work. */
  public interface Progress {
    boolean isWanted(float share);
  }

  /** What a picture is stylized with. */
  public static final class Settings {
    final float[] styleWeights;
    final float strength;
    final int seed;

    /**
     * All of it.
     *
     * @param seed of the noise, all 32 bits of which count; nothing to a network without noise.
     */
    public Settings(float[] styleWeights, float strength, int seed) {
      this.styleWeights = styleWeights;
      this.strength = strength;
      this.seed = seed;
    }
  }

  private final StyleNetwork network;
  private final Fit fit;
  private final int surroundings;
  private final int[] noise;

  public Stylizer(StyleNetwork network, ModelCard card) {
    this.network = network;
    this.fit = card.fit;
    this.surroundings = card.surroundings;
    this.noise = card.noise();
  }

  /** Stylize a picture in one run, shrunk to at most so many pixels and to what the network takes. */
  public Image whole(Image photo, Settings settings, long pixels) throws ModelException {
    Image copy = reduced(photo, pixels);
    StyleNetwork.Output output = runWhole(copy, settings);
    Image result = new Image(copy.height, copy.width);
    place(output.stylized, windowWidth(copy), 0, 0, 0, 0, copy.height, copy.width, result);
    return result;
  }

  /**
   * Stylize a picture at its full size: in tiles that share statistics, those of sheets of it.
   *
   * <p>A network without statistics gives at most a megapixel.
   *
   * @return the picture, or null if it was not wanted any more.
   */
  public Image full(Image photo, Settings settings, Progress progress) throws ModelException {
    if (!network.hasStatistics() || fitsWhole(photo)) {
      return progress.isWanted(0) ? whole(photo, settings, WHOLE_PIXELS) : null;
    }
    int[] fixed = network.fixedSize();
    int height = fixed != null ? fixed[0] : Math.min(WINDOW, fit.padded(photo.height));
    int width = fixed != null ? fixed[1] : Math.min(WINDOW, fit.padded(photo.width));
    List<Tile> tiles =
        Tile.cover(photo.height, photo.width, height, width, surroundings, fit);
    Sheets sheets = fixed != null
        ? new Sheets(photo, fixed[0] - 2 * fit.margin, fixed[1] - 2 * fit.margin)
        : new Sheets(photo, Sheets.SIDE, Sheets.SIDE);
    float all = sheets.number + tiles.size();
    double[] sums = null;
    for (int i = 0; i < sheets.number; i++) {
      if (!progress.isWanted(i / all)) {
        return null;
      }
      sums = added(sums, runWhole(sheets.get(i), settings).statistics);
    }
    float[] statistics = divided(sums, sheets.number);
    Image result = new Image(photo.height, photo.width);
    for (int i = 0; i < tiles.size(); i++) {
      if (!progress.isWanted((sheets.number + i) / all)) {
        return null;
      }
      Tile tile = tiles.get(i);
      float[] stylized = run(
          photo, tile.windowTop, tile.windowLeft, height, width, settings, statistics).stylized;
      place(stylized, width, tile.windowTop, tile.windowLeft, tile.top, tile.left, tile.height,
          tile.width, result);
    }
    return result;
  }

  private static double[] added(double[] sums, float[] values) {
    double[] result = sums == null ? new double[values.length] : sums;
    for (int i = 0; i < values.length; i++) {
      result[i] += values[i];
    }
    return result;
  }

  private static float[] divided(double[] sums, int number) {
    float[] means = new float[sums.length];
    for (int i = 0; i < means.length; i++) {
      means[i] = (float) (sums[i] / number);
    }
    return means;
  }

  private boolean fitsWhole(Image photo) {
    int[] fixed = network.fixedSize();
    return fixed == null
        ? (long) photo.height * photo.width <= WHOLE_PIXELS
        : fit.padded(photo.height) <= fixed[0] && fit.padded(photo.width) <= fixed[1];
  }

  private Image reduced(Image photo, long pixels) {
    int[] size = Resize.fitted(photo.height, photo.width, pixels);
    int[] fixed = network.fixedSize();
    if (fixed != null) {
      double scale = Math.min(1, Math.min(
          (fixed[0] - 2.0 * fit.margin) / size[0], (fixed[1] - 2.0 * fit.margin) / size[1]));
      size[0] = Math.max(1, (int) (size[0] * scale));
      size[1] = Math.max(1, (int) (size[1] * scale));
    }
    return Resize.resized(photo, size[0], size[1]);
  }

  private int windowWidth(Image photo) {
    int[] fixed = network.fixedSize();
    return fixed != null ? fixed[1] : fit.padded(photo.width);
  }

  private StyleNetwork.Output runWhole(Image photo, Settings settings) throws ModelException {
    int[] fixed = network.fixedSize();
    int height = fixed != null ? fixed[0] : fit.padded(photo.height);
    int width = windowWidth(photo);
    return run(photo, 0, 0, height, width, settings, null);
  }

  /** Run on a window of the padded photo, with the noise that the whole picture has there. */
  private StyleNetwork.Output run(
      Image photo, int top, int left, int height, int width, Settings settings,
      float[] statistics) throws ModelException {
    return network.run(
        floats(photo, top, left, height, width), height, width, settings.styleWeights,
        settings.strength, statistics, Noise.maps(settings.seed, noise, top, left, height, width));
  }

  /** What the network sees in a window of the padded photo: {@code [height, width, 3]}. */
  float[] floats(Image photo, int top, int left, int height, int width) {
    float[] result = new float[height * width * 3];
    int[] columns = new int[width];
    for (int x = 0; x < width; x++) {
      columns[x] = fit.photoIndex(left + x, photo.width);
    }
    int target = 0;
    for (int y = 0; y < height; y++) {
      int row = fit.photoIndex(top + y, photo.height) * photo.width;
      for (int column : columns) {
        int pixel = photo.pixels[row + column];
        result[target++] = Image.red(pixel) / 255f;
        result[target++] = Image.green(pixel) / 255f;
        result[target++] = Image.blue(pixel) / 255f;
      }
    }
    return result;
  }

  /** Write the part of a window's output that lies in a rectangle of the photo. */
  private void place(
      float[] stylized, int windowWidth, int windowTop, int windowLeft, int top, int left,
      int height, int width, Image result) throws ModelException {
    for (int y = top; y < top + height; y++) {
      int source = 3 * ((y + fit.margin - windowTop) * windowWidth + left + fit.margin - windowLeft);
      for (int x = left; x < left + width; x++) {
        float red = stylized[source++];
        float green = stylized[source++];
        float blue = stylized[source++];
        if (Float.isNaN(red + green + blue)) {
          throw new ModelException("The model gave NaN: its weights are damaged.");
        }
        result.pixels[y * result.width + x] = Image.pack(
            Image.toByte(red * 255), Image.toByte(green * 255), Image.toByte(blue * 255));
      }
    }
  }
}
