package org.stylekit.core;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;

/** What Python computed: {@code tests/goldens/}. */
final class Goldens {
  /** The checkout, from which tests are run in {@code android_demo/}. */
  static final File ROOT = new File(System.getProperty("stylekit.root", ".."));

  private Goldens() {}

  @SuppressWarnings("unchecked")
  static List<Map<String, Object>> of(String name, String what) throws IOException {
    File file = new File(ROOT, "tests/goldens/" + name);
    String text = new String(Files.readAllBytes(file.toPath()), StandardCharsets.UTF_8);
    return (List<Map<String, Object>>) ((Map<?, ?>) Json.parse(text)).get(what);
  }

  static int integer(Map<?, ?> values, String key) {
    return ((Double) values.get(key)).intValue();
  }

  static Image image(Object value) {
    Map<?, ?> picture = (Map<?, ?>) value;
    List<?> bytes = (List<?>) picture.get("pixels");
    Image image = new Image(integer(picture, "height"), integer(picture, "width"));
    for (int i = 0; i < image.pixels.length; i++) {
      image.pixels[i] = Image.pack(
          ((Double) bytes.get(3 * i)).intValue(),
          ((Double) bytes.get(3 * i + 1)).intValue(),
          ((Double) bytes.get(3 * i + 2)).intValue());
    }
    return image;
  }

  /** Largest difference of a byte. */
  static int difference(Image one, Image other) {
    if (one.height != other.height || one.width != other.width) {
      return Integer.MAX_VALUE;
    }
    int largest = 0;
    for (int i = 0; i < one.pixels.length; i++) {
      for (int shift = 0; shift < 24; shift += 8) {
        int a = one.pixels[i] >> shift & 255;
        int b = other.pixels[i] >> shift & 255;
        largest = Math.max(largest, Math.abs(a - b));
      }
    }
    return largest;
  }
}
