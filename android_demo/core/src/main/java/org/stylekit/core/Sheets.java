package org.stylekit.core;

/**
 * A large photograph in small, of patches at its own scale; as {@code stylekit.inference.sheets}.
 *
 * <p>A reduced copy has other texture than the photograph, and so other statistics.
 */
final class Sheets {
  /** Pixels a side of a sheet, where the file does not say. */
  static final int SIDE = 1024;

  private static final int PATCH = 256;
  private static final int BLENDED = 32;
  private static final int FEWEST = 4;
  private static final int SHARE_OF = 3;
  private static final long MOST_PIXELS = 8L * SIDE * SIDE;

  private final Image photo;
  private final int rows;
  private final int columns;

  /** How many there are. */
  final int number;

  /** Sheets of at most so many rows and columns. */
  Sheets(Image photo, int mostRows, int mostColumns) {
    this.photo = photo;
    rows = Math.min(photo.height, mostRows);
    columns = Math.min(photo.width, mostColumns);
    long pixels = (long) photo.height * photo.width;
    long each = (long) rows * columns;
    number = (int) Math.max(
        Math.min(pixels / SHARE_OF, MOST_PIXELS) / each, Math.min(FEWEST, pixels / each));
  }

  /** The sheet at an index below {@code number}. */
  Image get(int index) {
    int step = Math.max(1, 5 * number / 8);
    while (divisor(step, number) > 1) {
      step++;
    }
    Line down = new Line(photo.height, rows, index, number);
    int place = (int) (((long) step * index + number / 2) % number);
    Line across = new Line(photo.width, columns, place, number);
    Image sheet = new Image(down.first.length, across.first.length);
    for (int y = 0; y < sheet.height; y++) {
      for (int x = 0; x < sheet.width; x++) {
        sheet.pixels[y * sheet.width + x] = blended(down, y, across, x);
      }
    }
    return sheet;
  }

  private int blended(Line down, int y, Line across, int x) {
    float[] sums = new float[3];
    for (int row = 0; row < 2; row++) {
      for (int column = 0; column < 2; column++) {
        float weight = down.weight(row, y) * across.weight(column, x);
        if (weight > 0) {
          int pixel = photo.pixels[down.from(row, y) * photo.width + across.from(column, x)];
          sums[0] += weight * Image.red(pixel);
          sums[1] += weight * Image.green(pixel);
          sums[2] += weight * Image.blue(pixel);
        }
      }
    }
    return Image.pack(Image.toByte(sums[0]), Image.toByte(sums[1]), Image.toByte(sums[2]));
  }

  private static int divisor(int a, int b) {
    return b == 0 ? a : divisor(b, a % b);
  }

  /** Where the rows of a sheet (or its columns) come from: each from one or two of the photo. */
  private static final class Line {
    final int[] first;
    private final int[] second;
    private final float[] weights;

    Line(int length, int most, int place, int number) {
      int patches = length <= most ? 1 : Math.max(2, (most + PATCH / 2) / PATCH);
      int side = length <= most ? length : most / patches;
      first = new int[patches * side];
      second = new int[patches * side];
      weights = new float[patches * side];
      for (int position = 0; position < first.length; position++) {
        if (patches == 1) {
          first[position] = position;
          second[position] = position;
          continue;
        }
        // The patch before the nearest edge between two, and how far beyond it the position is.
        int before = Math.max(0, Math.min(patches - 2, (position + side / 2) / side - 1));
        int beyond = position - (before + 1) * side;
        weights[position] = Math.max(0, Math.min(1, (beyond + BLENDED / 2 + 0.5f) / BLENDED));
        int[] starts = new int[2];
        for (int i = 0; i < 2; i++) {
          long patch = (long) (before + i) * number + place;
          starts[i] = (int) (patch * (length - side) / (patches * number - 1));
        }
        first[position] = Math.max(0, Math.min(length - 1, starts[0] + side + beyond));
        second[position] = Math.max(0, Math.min(length - 1, starts[1] + beyond));
      }
    }

    int from(int which, int position) {
      return which == 0 ? first[position] : second[position];
    }

    float weight(int which, int position) {
      return which == 0 ? 1 - weights[position] : weights[position];
    }
  }
}
