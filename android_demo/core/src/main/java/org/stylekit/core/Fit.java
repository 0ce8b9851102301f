package org.stylekit.core;

/**
 * How a photo of any size is padded for a network; {@code stylekit.imaging.window} in Java.
 *
 * <p>First the last row and column are repeated up to the smallest size; then the photo is
 * reflected, again and again where it is smaller than the padding, by the margin on all sides and
 * further at the bottom and right until both sides are multiples.
 */
public final class Fit {
  /** Pixels on every side. */
  public final int margin;

  /** What height and width, margins included, must be divisible by. */
  public final int multipleOf;

  /** Least height and width, margins not counted. */
  public final int smallest;

  public Fit(int margin, int multipleOf, int smallest) {
    this.margin = margin;
    this.multipleOf = multipleOf;
    this.smallest = smallest;
  }

  /** Length of a side after padding. */
  public int padded(int length) {
    int withMargins = Math.max(length, smallest) + 2 * margin;
    return (withMargins + multipleOf - 1) / multipleOf * multipleOf;
  }

  /** The row (or column) of a photo of that length that is seen at a padded one. */
  public int photoIndex(int paddedIndex, int length) {
    int enlarged = Math.max(length, smallest);
    if (enlarged == 1) {
      return 0;
    }
    int period = 2 * (enlarged - 1);
    int phase = Math.floorMod(paddedIndex - margin, period);
    return Math.min(phase < enlarged ? phase : period - phase, length - 1);
  }
}
