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

  private Tile(Span row, Span column) {
    windowTop = row.start;
    windowLeft = column.start;
    top = row.first;
    left = column.first;
    height = row.count;
    width = column.count;
  }

  /**
   * Cut a photo into tiles with {@code context} pixels around what is kept of each.
   *
   * <p>With statistics of the whole picture given, a pixel depends on what the network's receptive
   * field reaches and on nothing else: tiles that see that far join without a seam. At the photo's
   * borders the padding is the context.
   *
   * @throws IllegalArgumentException windows too small for the context.
   */
  public static List<Tile> cover(
      int height, int width, int windowHeight, int windowWidth, int context, Fit fit) {
    List<Tile> tiles = new ArrayList<>();
    for (Span row : spans(height, windowHeight, context, fit)) {
      for (Span column : spans(width, windowWidth, context, fit)) {
        tiles.add(new Tile(row, column));
      }
    }
    return tiles;
  }

  private static final class Span {
    final int start;
    final int first;
    final int count;

    Span(int start, int first, int count) {
      this.start = start;
      this.first = first;
      this.count = count;
    }
  }

  private static List<Span> spans(int length, int window, int context, Fit fit) {
    int padded = fit.padded(length);
    if (window < padded && window < 2 * (context + fit.margin) + fit.multipleOf) {
      throw new IllegalArgumentException("tiles of " + window + " pixels with " + context
          + " around each");
    }
    List<Span> spans = new ArrayList<>();
    int first = 0;
    while (first < length) {
      int ideal = first + fit.margin - (first == 0 ? fit.margin : context);
      // On the grid of the network's coarsest features, and inside the padded photo.
      int aligned = ideal / fit.multipleOf * fit.multipleOf;
      int start = Math.max(0, Math.min(aligned, padded - window));
      int end = start + window >= padded ? length : start + window - fit.margin - context;
      spans.add(new Span(start, first, end - first));
      first = end;
    }
    return spans;
  }
}
