package org.stylekit.core;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.Test;

/** Pixels come out as in Python. */
public class ImagingTest {
  @Test
  public void paddingIsThatOfPython() throws Exception {
    for (Map<String, Object> golden : Goldens.of("imaging.json", "padding")) {
      Fit fit = new Fit(Goldens.integer(golden, "margin"), Goldens.integer(golden, "multiple_of"),
          Goldens.integer(golden, "smallest"));
      int length = Goldens.integer(golden, "length");
      List<?> indices = (List<?>) golden.get("indices");
      assertEquals(indices.size(), fit.padded(length));
      for (int i = 0; i < indices.size(); i++) {
        assertEquals(((Double) indices.get(i)).intValue(), fit.photoIndex(i, length));
      }
    }
  }

  @Test
  public void resizingIsThatOfPillow() throws Exception {
    for (Map<String, Object> golden : Goldens.of("imaging.json", "resize")) {
      Image expected = Goldens.image(golden.get("output"));
      Image actual =
          Resize.resized(Goldens.image(golden.get("input")), expected.height, expected.width);
      assertTrue(Goldens.difference(expected, actual) <= 1);
    }
  }

  @Test
  public void aspectRatioIsKept() {
    assertArrayEquals(new int[] {600, 800}, Resize.fitted(3000, 4000, 480_000));
    assertArrayEquals(new int[] {3, 1}, Resize.fitted(3, 1, 100));
    assertArrayEquals(new int[] {1, 3162}, Resize.fitted(1, 100_000, 100));
    assertArrayEquals(new int[] {8660, 11547}, Resize.fitted(9_000, 12_000, 100_000_000));
  }

  @Test
  public void coloursOfThePhotoArePreservedAsInPython() throws Exception {
    for (Map<String, Object> golden : Goldens.of("imaging.json", "luminance")) {
      Image actual = ColorPreservation.luminance(
          Goldens.image(golden.get("stylized")), Goldens.image(golden.get("photo")));
      assertTrue(Goldens.difference(Goldens.image(golden.get("output")), actual) <= 1);
    }
    assertThrows(IllegalArgumentException.class,
        () -> ColorPreservation.luminance(new Image(1, 2), new Image(2, 1)));
  }

  @Test
  public void sheetsAreThoseOfPython() throws IOException {
    for (Map<String, Object> golden : Goldens.of("imaging.json", "sheets")) {
      Image photo = new Image(Goldens.integer(golden, "height"), Goldens.integer(golden, "width"));
      for (int i = 0; i < photo.pixels.length; i++) {
        photo.pixels[i] = Image.pack(byteAt(3 * i), byteAt(3 * i + 1), byteAt(3 * i + 2));
      }
      Sheets sheets = new Sheets(
          photo, Goldens.integer(golden, "most_rows"), Goldens.integer(golden, "most_columns"));
      List<?> expected = (List<?>) golden.get("sheets");
      assertEquals(expected.size(), sheets.number);
      for (int i = 0; i < sheets.number; i++) {
        Map<?, ?> sheet = (Map<?, ?>) expected.get(i);
        Image image = sheets.get(i);
        assertEquals(Goldens.integer(sheet, "height"), image.height);
        assertEquals(Goldens.integer(sheet, "width"), image.width);
        assertEquals((Double) sheet.get("checksum"), checksum(image), 0);
      }
    }
  }

  @Test
  public void sheetsOfALongThreadOfPixelsAreFromAllOfIt() {
    Image photo = new Image(1, 4_000_000);
    for (int i = 0; i < photo.width; i++) { // black at its beginning, white at its end
      photo.pixels[i] = Image.pack(i / 15_625, 0, 0);
    }
    Sheets sheets = new Sheets(photo, 20, 20);
    assertEquals(66_666, sheets.number);
    double sum = 0;
    for (int i = 0; i < sheets.number; i++) {
      sum += Image.red(sheets.get(i).pixels[10]); // between its two patches
    }
    assertEquals(127.5, sum / sheets.number, 2);
  }

  private static int byteAt(int i) {
    return (97 * i + i / 5) % 256;
  }

  private static double checksum(Image image) {
    double sum = 0;
    for (int i = 0; i < 3 * image.pixels.length; i++) {
      int value = image.pixels[i / 3] >> 8 * (2 - i % 3) & 255;
      sum += (double) value * (i % 251 + 1);
    }
    return sum;
  }

  @Test
  public void yuvPlanesOfAnyLayoutGiveRgb() {
    // 2×4 pixels in rows of 5 bytes; chroma interleaved as in NV21, so that planes overlap.
    Yuv.Plane y = plane(5, 1, 76, 76, 149, 149, 0, 76, 76, 149, 149, 0);
    byte[] chroma = {84, (byte) 255, 43, 21};
    Yuv.Plane u = new Yuv.Plane(ByteBuffer.wrap(chroma), 4, 2);
    Yuv.Plane v = new Yuv.Plane(ByteBuffer.wrap(chroma, 1, 3).slice(), 4, 2);
    Image image = Yuv.toImage(y, u, v, 2, 4, 1, 0);
    int red = Image.pack(254, 0, 0);
    int green = Image.pack(0, 255, 0);
    assertArrayEquals(new int[] {red, red, green, green, red, red, green, green},
        nearest(image, red, green));
    assertArrayEquals(new int[] {red, green}, nearest(Yuv.toImage(y, u, v, 2, 4, 2, 0), red, green));
  }

  private static Yuv.Plane plane(int rowStride, int pixelStride, int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return new Yuv.Plane(ByteBuffer.wrap(bytes), rowStride, pixelStride);
  }

  private static int[] nearest(Image image, int... colours) {
    int[] result = new int[image.pixels.length];
    for (int i = 0; i < result.length; i++) {
      for (int colour : colours) {
        Image one = new Image(1, 1, new int[] {image.pixels[i]});
        if (Goldens.difference(one, new Image(1, 1, new int[] {colour})) <= 2) {
          result[i] = colour;
        }
      }
    }
    return result;
  }

  @Test
  public void cameraPicturesAreTurnedUpright() {
    // Luma 1 2 3 over 4 5 6, no colour.
    Yuv.Plane y = plane(3, 1, 1, 2, 3, 4, 5, 6);
    Yuv.Plane none = plane(2, 1, 128, 128);
    int[][] expected = {{1, 2, 3, 4, 5, 6}, {4, 1, 5, 2, 6, 3}, {6, 5, 4, 3, 2, 1}, {3, 6, 2, 5, 1, 4}};
    for (int turns = 0; turns < 4; turns++) {
      Image image = Yuv.toImage(y, none, none, 2, 3, 1, turns);
      assertEquals(turns % 2 == 1 ? 3 : 2, image.height);
      for (int i = 0; i < 6; i++) {
        assertEquals(expected[turns][i], Image.red(image.pixels[i]));
      }
    }
  }
}
