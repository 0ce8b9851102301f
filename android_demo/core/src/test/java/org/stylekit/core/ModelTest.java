package org.stylekit.core;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.io.File;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import org.junit.Test;

/** Cards and models, also those that are not what they should be. */
public class ModelTest {
  private static final String CARD = "{\"format_version\": 1, \"name\": \"a \\u00e9\", "
      + "\"styles\": [\"b\", \"c\"], \"margin\": 8, \"multiple_of\": 4, \"smallest\": 16, "
      + "\"recipe\": {\"x\": [1.5e3, null, true, {}]}}";

  @Test
  public void theShippedModelBringsItsCard() throws Exception {
    ModelFile file = new ModelFile(ByteBuffer.wrap(shipped()));
    assertEquals("classics", file.card.name);
    assertEquals(6, file.card.styles.size());
    assertEquals(56, file.card.surroundings);
    for (int style = 0; style < 6; style++) {
      assertEquals("WEBP", new String(file.preview(style), 8, 4, StandardCharsets.US_ASCII));
    }
    assertNull(file.preview(6));
  }

  @Test
  public void whatIsNoModelIsRefusedInWords() throws Exception {
    assertThrows(ModelException.class, () -> new ModelFile(ByteBuffer.wrap(new byte[0])));
    assertThrows(ModelException.class, () -> new ModelFile(ByteBuffer.wrap("no model".getBytes())));
    byte[] damaged = shipped();
    Arrays.fill(damaged, 8, 400, (byte) 255);
    assertThrows(ModelException.class, () -> new ModelFile(ByteBuffer.wrap(damaged)));
    byte[] truncated = Arrays.copyOf(shipped(), 5000);
    assertThrows(ModelException.class, () -> new ModelFile(ByteBuffer.wrap(truncated)));
  }

  @Test
  public void cardsAreReadAndChecked() throws Exception {
    ModelCard card = ModelCard.parse(CARD);
    assertEquals("a é", card.name);
    assertEquals(Arrays.asList("b", "c"), card.styles);
    assertEquals(40, card.fit.padded(21));
    assertEquals(0, card.noise().length);
    String noise = CARD.replace(
        "\"styles\"", "\"noise\": {\"stride\": 4, \"cells\": [1, 2]}, \"styles\"");
    assertTrue(Arrays.equals(new int[] {1, 2}, ModelCard.parse(noise).noise()));
    for (String wrong : new String[] {
        "", "[]", "null", "{", CARD + "1", CARD.replace("\"a", "a"),
        CARD.replace("version\": 1", "version\": 2"), CARD.replace("[\"b\", \"c\"]", "[]"),
        CARD.replace("\"c\"", "3"), CARD.replace(": 8", ": -1"), CARD.replace(": 4", ": 0.5"),
        noise.replace("stride\": 4", "stride\": 8"), noise.replace("[1,", "[0,"),
        noise.replace("[1,", "[1.5,"), noise.replace("[1, 2]", "[]"),
        noise.replace("cells", "grid")}) {
      assertThrows(wrong, ModelException.class, () -> ModelCard.parse(wrong));
    }
    char[] brackets = new char[100_000];
    Arrays.fill(brackets, '[');
    assertThrows(ModelException.class, () -> ModelCard.parse(new String(brackets)));
  }

  @Test
  public void styleWeightsHaveTheSumOne() {
    assertTrue(Arrays.equals(new float[] {0, 1, 0}, StyleWeights.blend(3, 1, -1, 0.5f)));
    assertTrue(Arrays.equals(new float[] {0, 1, 0}, StyleWeights.blend(3, 1, 1, 0.5f)));
    assertTrue(Arrays.equals(new float[] {0.75f, 0, 0.25f}, StyleWeights.blend(3, 0, 2, 0.25f)));
    assertThrows(IllegalArgumentException.class, () -> StyleWeights.blend(3, 3, -1, 0));
    assertThrows(IllegalArgumentException.class, () -> StyleWeights.blend(3, 0, 1, Float.NaN));
  }

  @Test
  public void percentilesAreOfTheLastRuns() {
    Latency latency = new Latency(4);
    assertTrue(Double.isNaN(latency.percentile(0.5)));
    assertEquals("–", latency.text());
    for (int i = 1; i <= 6; i++) {
      latency.add(i);
    }
    assertEquals(4, latency.percentile(0.5), 0);
    assertEquals(6, latency.percentile(0.95), 0);
    assertEquals("4 ms, p95 6 ms", latency.text());
  }

  private static byte[] shipped() throws Exception {
    File file = new File(Goldens.ROOT, "stylekit/zoo/classics/classics.tflite");
    return Files.readAllBytes(file.toPath());
  }
}
