package org.stylekit.core;

import static org.junit.Assert.assertEquals;

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

  /** A number from 0 to 2³² - 1 as the int with the same bits. */
  private static int word(Object value) {
    return (int) ((Double) value).longValue();
  }

  private static int[] integers(Object values) {
    return ((List<?>) values).stream().mapToInt(value -> ((Double) value).intValue()).toArray();
  }
}
