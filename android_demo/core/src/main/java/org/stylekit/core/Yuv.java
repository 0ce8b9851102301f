package org.stylekit.core;

import java.nio.ByteBuffer;

/** Camera pictures, which are YUV 4:2:0 in planes of any layout, as RGB. */
public final class Yuv {
  private Yuv() {}

  /** One plane of a camera picture; see {@code android.media.Image.Plane}. */
  public static final class Plane {
    final ByteBuffer bytes;
    final int rowStride;
    final int pixelStride;

    public Plane(ByteBuffer bytes, int rowStride, int pixelStride) {
      this.bytes = bytes;
      this.rowStride = rowStride;
      this.pixelStride = pixelStride;
    }

    int at(int row, int column) {
      return bytes.get(row * rowStride + column * pixelStride) & 255;
    }
  }

  /**
   * Convert, reduce and turn upright in one pass.
   *
   * <p>ITU-R BT.601 with the full range of JFIF, which is what Android's cameras give.
   *
   * @param y luma, {@code height} by {@code width}.
   * @param u blue chroma, half as high and wide, rounded up; {@code v} likewise.
   * @param step each result's pixel is the mean luma of {@code step × step} pixels.
   * @param turns quarter turns clockwise that make the picture upright, 0 to 3.
   */
  public static Image toImage(
      Plane y, Plane u, Plane v, int height, int width, int step, int turns) {
    int rows = Math.max(1, height / step);
    int columns = Math.max(1, width / step);
    boolean lying = turns % 2 == 1;
    Image result = new Image(lying ? columns : rows, lying ? rows : columns);
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        int luma = meanLuma(y, row * step, column * step, Math.min(step, Math.min(height, width)));
        int chromaRow = (row * step + step / 2) / 2;
        int chromaColumn = (column * step + step / 2) / 2;
        chromaRow = Math.min(chromaRow, (height - 1) / 2);
        chromaColumn = Math.min(chromaColumn, (width - 1) / 2);
        int blue = u.at(chromaRow, chromaColumn) - 128;
        int red = v.at(chromaRow, chromaColumn) - 128;
        int pixel = Image.pack(
            Image.toByte(luma + 1.402f * red),
            Image.toByte(luma - 0.344136f * blue - 0.714136f * red),
            Image.toByte(luma + 1.772f * blue));
        result.pixels[target(row, column, rows, columns, turns)] = pixel;
      }
    }
    return result;
  }

  private static int meanLuma(Plane y, int row, int column, int step) {
    int sum = 0;
    for (int i = 0; i < step; i++) {
      for (int j = 0; j < step; j++) {
        sum += y.at(row + i, column + j);
      }
    }
    int count = step * step;
    return (sum + count / 2) / count;
  }

  /** Where a pixel of the lying picture stands in the upright one. */
  private static int target(int row, int column, int rows, int columns, int turns) {
    switch (turns) {
      case 1:
        return column * rows + (rows - 1 - row);
      case 2:
        return (rows - 1 - row) * columns + (columns - 1 - column);
      case 3:
        return (columns - 1 - column) * rows + row;
      default:
        return row * columns + column;
    }
  }
}
