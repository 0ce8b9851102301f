package org.stylekit.core;

import java.util.ArrayList;
import java.util.List;

/** A part of a picture to be stylized: what the network sees, and what is kept of it. */
public final class Tile {
  /** Of the window in the padded photo; all windows have one size. */
  public final int windowTop;

  public final int windowLeft;

  /** In the photo; the kept parts of all tiles cover it exactly once. */
  public final int top;

  public final int left;
  public final int height;
  public final int width;

  private Tile(Span row, Span column, int[] rows, int[] columns) {
    windowTop = row.start;
    windowLeft = column.start;
    top = rows[0];
    left = columns[0];
    height = rows[1] - rows[0];
    width = columns[1] - columns[0];
  }

  /**
   * Cut a photo into tiles with {@code around} pixels between what is kept of each and its window's
   * borders; as {@code stylekit.inference.tiles} does.
   *
   * <p>With statistics of the whole picture given, a pixel depends on what the network's receptive
   * field reaches and on nothing else: tiles that see that far join without a seam. At the photo's
   * borders the padding is what is around.
   *
   * @throws IllegalArgumentException windows too small for what is around.
   */
  public static List<Tile> cover(
      int height, int width, int windowHeight, int windowWidth, int around, Fit fit) {
    List<Tile> tiles = new ArrayList<>();
    for (Span row : spans(fit.padded(height), windowHeight, around)) {
      int[] rows = row.inPhoto(height, fit.margin);
      for (Span column : spans(fit.padded(width), windowWidth, around)) {
        int[] columns = column.inPhoto(width, fit.margin);
        if (rows[0] < rows[1] && columns[0] < columns[1]) {
          tiles.add(new Tile(row, column, rows, columns));
        }
      }
    }
    return tiles;
  }

  /** Along one side of the padded photo: where a window starts, and what is kept of it. */
  static final class Span {
    final int start;
    final int keptFrom;
    final int keptTo;

    Span(int start, int keptFrom, int keptTo) {
      this.start = start;
      this.keptFrom = keptFrom;
      this.keptTo = keptTo;
    }

    /** The kept range without the photo's margins. */
    private int[] inPhoto(int length, int margin) {
      return new int[] {
        Math.max(0, keptFrom - margin), Math.min(length, keptTo - margin)
      };
    }
  }

  static List<Span> spans(int length, int window, int around) {
    int step = window - 2 * around;
    if (length > window && step < 1) {
      throw new IllegalArgumentException(
          "tiles of " + window + " pixels with " + around + " around what is kept");
    }
    int count = length <= window ? 1 : (length - 2 * around + step - 1) / step;
    List<Span> spans = new ArrayList<>();
    int keptFrom = 0;
    for (int i = 0; i < count; i++) {
      boolean isLast = i == count - 1;
      // The last one moves back into the picture, and keeps less.
      int start = isLast ? Math.max(0, length - window) : i * step;
      int keptTo = isLast ? length : start + window - around;
      spans.add(new Span(start, keptFrom, keptTo));
      keptFrom = keptTo;
    }
    return spans;
  }
}
