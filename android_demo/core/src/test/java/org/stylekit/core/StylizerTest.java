package org.stylekit.core;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.Test;

/** Pictures of any size, through networks whose result is known. */
public class StylizerTest {
  private static final Fit FIT = new Fit(8, 4, 16);

  /** Moves the mean of every picture to 0.5, by its own statistics or by those given. */
  private static final class Centring implements StyleNetwork {
    final int[] fixed;
    final boolean tiles;
    boolean broken;

    Centring(int[] fixed, boolean tiles) {
      this.fixed = fixed;
      this.tiles = tiles;
    }

    @Override
    public int[] fixedSize() {
      return fixed;
    }

    @Override
    public boolean hasStatistics() {
      return tiles;
    }

    @Override
    public Output run(
        float[] photo, int height, int width, float[] styleWeights, float strength,
        float[] statistics, float[] noise) {
      assertEquals(0, noise.length);
      assertEquals(height * width * 3, photo.length);
      assertTrue(fixed == null || height == fixed[0] && width == fixed[1]);
      float mean = statistics != null ? statistics[0] : mean(photo);
      float[] result = new float[photo.length];
      for (int i = 0; i < result.length; i++) {
        result[i] = broken ? Float.NaN : photo[i] + strength * (0.5f - mean);
      }
      return new Output(result, tiles ? new float[] {mean} : new float[0]);
    }

    private static float mean(float[] values) {
      double sum = 0;
      for (float value : values) {
        sum += value;
      }
      return (float) (sum / values.length);
    }
  }

  @Test
  public void tilesShareTheStatisticsOfTheWholePicture() throws Exception {
    Image photo = gradient(1100, 1301);
    for (int[] fixed : new int[][] {null, {256, 320}}) {
      Image result = stylizer(new Centring(fixed, true)).full(photo, settings(1), share -> true);
      assertEquals(photo.height, result.height);
      assertEquals(photo.width, result.width);
      double sum = 0;
      for (int i = 0; i < photo.pixels.length; i++) {
        int moved = Image.red(result.pixels[i]) - Image.red(photo.pixels[i]);
        int first = Image.red(result.pixels[0]) - Image.red(photo.pixels[0]);
        assertEquals("every pixel moves alike: no tile shows", first, moved, 1);
        sum += Image.red(result.pixels[i]);
      }
      assertEquals(127.5, sum / photo.pixels.length, 3);
    }
  }

  @Test
  public void strengthZeroGivesThePhoto() throws Exception {
    Image photo = noise(37, 54);
    Stylizer stylizer = stylizer(new Centring(null, false));
    assertEquals(0, Goldens.difference(photo, stylizer.whole(photo, settings(0), 1 << 20)));
    assertEquals(0, Goldens.difference(photo, stylizer.full(photo, settings(0), share -> true)));
    Image one = noise(1, 1);
    assertEquals(0, Goldens.difference(one, stylizer.whole(one, settings(0), 1 << 20)));
  }

  @Test
  public void aNetworkOfOneSizeSeesPicturesThatFit() throws Exception {
    Stylizer stylizer = stylizer(new Centring(new int[] {64, 96}, false));
    Image result = stylizer.whole(noise(300, 200), settings(1), 1 << 20);
    assertEquals(48, result.height);
    assertEquals(32, result.width);
  }

  @Test
  public void workStopsWhereItIsNotWanted() throws Exception {
    Stylizer stylizer = stylizer(new Centring(null, true));
    assertNull(stylizer.full(gradient(1100, 1301), settings(1), share -> share < 0.5f));
  }

  @Test
  public void notANumberIsAnError() {
    Centring network = new Centring(null, false);
    network.broken = true;
    assertThrows(ModelException.class,
        () -> stylizer(network).whole(noise(20, 20), settings(1), 1 << 20));
  }

  @Test
  public void tilesCoverAPhotoExactlyOnceWithTheirContext() {
    for (int[] size : new int[][] {{701, 1203}, {40, 513}, {512, 512}, {16, 16}}) {
      int window = 256;
      int[] count = new int[size[0] * size[1]];
      List<Tile> tiles = Tile.cover(size[0], size[1], window, window, 32, FIT);
      for (Tile tile : tiles) {
        assertEquals(0, tile.windowTop % 4);
        int above = tile.top + 8 - tile.windowTop;
        int below = tile.windowTop + window - (tile.top + 8 + tile.height);
        assertTrue(above >= (tile.top == 0 ? 8 : 32));
        assertTrue(below >= (tile.top + tile.height == size[0] ? 0 : 32));
        for (int y = tile.top; y < tile.top + tile.height; y++) {
          for (int x = tile.left; x < tile.left + tile.width; x++) {
            count[y * size[1] + x]++;
          }
        }
      }
      for (int times : count) {
        assertEquals(1, times);
      }
    }
    assertThrows(IllegalArgumentException.class, () -> Tile.cover(900, 900, 64, 64, 32, FIT));
  }

  @Test
  public void tilesAreThoseOfPython() throws Exception {
    for (Map<String, Object> golden : Goldens.of("goldens.json", "tiles")) {
      List<String> spans = new ArrayList<>();
      int around = Goldens.integer(golden, "around");
      for (Tile.Span row : spans(golden, 0, "height", around)) {
        for (Tile.Span column : spans(golden, 1, "width", around)) {
          spans.add(described(row) + " " + described(column));
        }
      }
      List<String> expected = new ArrayList<>();
      for (Object tile : (List<?>) golden.get("tiles")) {
        Map<?, ?> ranges = (Map<?, ?>) tile;
        expected.add(range(ranges, "rows", 0) + ":" + range(ranges, "kept_rows", 0) + "-"
            + range(ranges, "kept_rows", 1) + " " + range(ranges, "columns", 0) + ":"
            + range(ranges, "kept_columns", 0) + "-" + range(ranges, "kept_columns", 1));
      }
      assertEquals(expected, spans);
    }
  }

  private static List<Tile.Span> spans(
      Map<?, ?> golden, int axis, String side, int around) {
    int window = ((Double) ((List<?>) golden.get("computed")).get(axis)).intValue();
    return Tile.spans(Goldens.integer(golden, side), window, around);
  }

  private static String described(Tile.Span span) {
    return span.start + ":" + span.keptFrom + "-" + span.keptTo;
  }

  private static int range(Map<?, ?> ranges, String key, int end) {
    return ((Double) ((List<?>) ranges.get(key)).get(end)).intValue();
  }

  private static Stylizer stylizer(StyleNetwork network) throws ModelException {
    return new Stylizer(network, ModelCard.parse("{\"format_version\": 1, \"name\": \"n\", "
        + "\"styles\": [\"s\"], \"margin\": 8, \"multiple_of\": 4, \"smallest\": 16}"));
  }

  private static Stylizer.Settings settings(float strength) {
    return new Stylizer.Settings(new float[] {1}, strength, 0);
  }

  private static Image gradient(int height, int width) {
    Image image = new Image(height, width);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int grey = 40 + 60 * y / height + 60 * x / width;
        image.pixels[y * width + x] = Image.pack(grey, grey, grey);
      }
    }
    return image;
  }

  private static Image noise(int height, int width) {
    Random random = new Random(5);
    Image image = new Image(height, width);
    for (int i = 0; i < image.pixels.length; i++) {
      image.pixels[i] = 0xff000000 | random.nextInt(1 << 24);
    }
    return image;
  }
}
