package org.stylekit.core;

/** Noise that a seed gives alike in Python, JavaScript and here: {@code docs/noise.md}. */
public final class Noise {
  // Salmon et al. 2011, Threefry-2x32 with 20 rounds.
  private static final int[] ROTATIONS = {13, 15, 26, 6, 17, 29, 16, 24};
  private static final int PARITY = 0x1BD11BDA;
  private static final int ROUNDS = 20;

  /** Pixels of the photo on a side for each element of a map. */
  public static final int STRIDE = 4;

  /** Numbers of a grid in a row. */
  private static final long ROW = 1 << 16;

  private Noise() {}

  /**
   * Element {@code index} of the uniform numbers in [0, 1) of a seed and a stream.
   *
   * @param seed all 32 bits count, and so they do in {@code stream}.
   * @param index from 0 to below 2³³.
   */
  public static float uniform(int seed, int stream, long index) {
    int[] keys = {seed, stream, seed ^ stream ^ PARITY};
    int x = (int) (index >> 1) + keys[0];
    int y = keys[1];
    for (int round = 0; round < ROUNDS; round++) {
      x += y;
      y = x ^ Integer.rotateLeft(y, ROTATIONS[round % 8]);
      if (round % 4 == 3) {
        int injection = round / 4 + 1;
        x += keys[injection % 3];
        y += keys[(injection + 1) % 3] + injection;
      }
    }
    int word = (index & 1) == 0 ? x : y;
    return (word >>> 8) * 0x1p-24f;
  }

  /**
   * The input {@code noise} of a network for a part of a padded photo, row by row.
   *
   * @param cells distance of the grid's points in each channel: {@code noise.cells} of a card.
   * @param top of the part, in pixels; like the others, a multiple of 4.
   */
  public static float[] maps(int seed, int[] cells, int top, int left, int height, int width) {
    int rows = height / STRIDE;
    int columns = width / STRIDE;
    float[] maps = new float[rows * columns * cells.length];
    for (int channel = 0; channel < cells.length; channel++) {
      int cell = cells[channel];
      int firstColumn = (int) place(left / STRIDE, cell);
      int points = (int) place(left / STRIDE + columns - 1, cell) + 2 - firstColumn;
      int row = (int) place(top / STRIDE, cell);
      double[] above = gridRow(seed, channel, row, firstColumn, points);
      double[] below = gridRow(seed, channel, row + 1, firstColumn, points);
      for (int i = 0; i < rows; i++) {
        double down = place(top / STRIDE + i, cell);
        if ((int) down > row) { // by one: cells are not smaller than an element
          row++;
          above = below;
          below = gridRow(seed, channel, row + 1, firstColumn, points);
        }
        for (int j = 0; j < columns; j++) {
          double across = place(left / STRIDE + j, cell);
          int point = (int) across - firstColumn;
          double begin = between(above[point], below[point], down - row);
          double end = between(above[point + 1], below[point + 1], down - row);
          maps[(i * columns + j) * cells.length + channel] =
              (float) between(begin, end, across - (int) across);
        }
      }
    }
    return maps;
  }

  /** Where an element lies among the points of the grid, along an axis. */
  private static double place(int element, int cell) {
    return (element + 0.5) / cell + 0.5;
  }

  private static double[] gridRow(int seed, int channel, int row, int firstColumn, int points) {
    double[] numbers = new double[points];
    for (int i = 0; i < points; i++) {
      numbers[i] = uniform(seed, channel, row * ROW + firstColumn + i);
    }
    return numbers;
  }

  private static double between(double one, double other, double share) {
    return one + (other - one) * share;
  }
}
