package org.stylekit.core;

import static org.junit.Assert.assertEquals;

import java.io.File;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.junit.Test;

/** Noise is that of Python. */
public class NoiseTest {
  @Test
  public void uniformNumbersAreThoseOfPython() throws Exception {
    for (Map<String, Object> golden : Goldens.of("noise.json", "uniform")) {
      int seed = word(golden.get("seed"));
      int stream = word(golden.get("stream"));
      long start = ((Double) golden.get("start")).longValue();
      List<?> expected = (List<?>) golden.get("top24");
      for (int i = 0; i < expected.size(); i++) {
        float found = Noise.uniform(seed, stream, start + i);
        assertEquals((Double) expected.get(i), found * 0x1p24, 0);
      }
    }
  }

  @Test
  public void mapsAreThoseOfPython() throws Exception {
    for (Map<String, Object> golden : Goldens.of("noise.json", "maps")) {
      int[] cells = integers(golden.get("cells"));
      int[] rows = integers(golden.get("rows"));
      int[] columns = integers(golden.get("columns"));
      float[] found = Noise.maps(word(golden.get("seed")), cells, rows[0], columns[0],
          rows[1] - rows[0], columns[1] - columns[0]);
      List<?> expected = (List<?>) golden.get("values");
      assertEquals(expected.size(), found.length);
      for (int i = 0; i < found.length; i++) {
        assertEquals((Double) expected.get(i), found[i], 0);
      }
    }
  }

  /** Paints the channels of its noise as red, green and blue. */
  private static final class Painting implements StyleNetwork {
    private final int[] fixed;

    Painting(int[] fixed) {
      this.fixed = fixed;
    }

    @Override
    public int[] fixedSize() {
      return fixed;
    }

    @Override
    public boolean hasStatistics() {
      return true;
    }

    @Override
    public Output run(
        float[] photo, int height, int width, float[] styleWeights, float strength,
        float[] statistics, float[] noise) {
      float[] painted = new float[photo.length];
      for (int i = 0; i < painted.length; i++) {
        int row = i / (3 * width) / Noise.STRIDE;
        int column = i / 3 % width / Noise.STRIDE;
        painted[i] = noise[(row * (width / Noise.STRIDE) + column) * 3 + i % 3];
      }
      return new Output(painted, new float[1]);
    }
  }

  @Test
  public void aSeedGivesThePictureOfPythonWholeAndInTiles() throws Exception {
    for (Map<String, Object> golden : Goldens.of("seeded.json", "places")) {
      Image photo = new Image(Goldens.integer(golden, "height"), Goldens.integer(golden, "width"));
      Stylizer.Settings settings =
          new Stylizer.Settings(new float[] {1}, 1, word(golden.get("seed")));
      for (int[] fixed : new int[][] {null, {64, 64}}) {
        ModelCard card = ModelCard.parse((String) golden.get("card"));
        Stylizer stylizer = new Stylizer(new Painting(fixed), card);
        assertSame(golden, stylizer.full(photo, settings, share -> true));
      }
    }
  }

  private static void assertSame(Map<?, ?> golden, Image picture) throws Exception {
    File file = new File(Goldens.ROOT, "tests/goldens/" + golden.get("picture"));
    byte[] expected = Files.readAllBytes(file.toPath());
    assertEquals(expected.length, 3 * picture.pixels.length);
    for (int i = 0; i < picture.pixels.length; i++) {
      int pixel = Image.pack(
          expected[3 * i] & 255, expected[3 * i + 1] & 255, expected[3 * i + 2] & 255);
      assertEquals(pixel, picture.pixels[i]);
    }
  }

  /** A number from 0 to 2³² - 1 as the int with the same bits. */
  private static int word(Object value) {
    return (int) ((Double) value).longValue();
  }

  private static int[] integers(Object values) {
    return ((List<?>) values).stream().mapToInt(value -> ((Double) value).intValue()).toArray();
  }
}
