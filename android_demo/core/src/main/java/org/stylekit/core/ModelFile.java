package org.stylekit.core;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import org.tensorflow.lite.schema.Buffer;
import org.tensorflow.lite.schema.Metadata;
import org.tensorflow.lite.schema.Model;
import org.tensorflow.lite.support.metadata.MetadataExtractor;

/** What rides in a {@code .tflite} file beside its network: the card and a picture of each style. */
public final class ModelFile {
  private static final String CARD_FILE = "stylekit_card.json";
  private static final String CARD_METADATA = "stylekit_card";
  private static final String IDENTIFIER = "TFL3";

  private final ByteBuffer content;
  private final MetadataExtractor extractor;

  /** The card of the file. */
  public final ModelCard card;

  /**
   * Read a model.
   *
   * @param content of the file, from 0 to its limit; it is not changed.
   * @throws ModelException no TensorFlow Lite file, a damaged one, or one without a card.
   */
  public ModelFile(ByteBuffer content) throws ModelException {
    this.content = content.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    if (content.limit() < 8 || !IDENTIFIER.equals(identifier())) {
      throw new ModelException(
          "This is not a TensorFlow Lite model: take a file of 'stylekit export'.");
    }
    try {
      extractor = new MetadataExtractor(content.duplicate());
      card = ModelCard.parse(cardText());
    } catch (IOException | RuntimeException exception) {
      throw new ModelException("The model file is damaged: " + exception.getMessage(), exception);
    }
  }

  /** The image file of a style's preview; null if the model brings none. */
  public byte[] preview(int style) {
    String name = "preview_" + style + ".webp";
    try {
      return has(name) ? read(extractor.getAssociatedFile(name)) : null;
    } catch (IOException | RuntimeException exception) {
      return null; // a picture less is no reason to refuse the model
    }
  }

  private String identifier() {
    byte[] bytes = new byte[4];
    ByteBuffer start = content.duplicate();
    start.position(4);
    start.get(bytes);
    return new String(bytes, StandardCharsets.US_ASCII);
  }

  /** From the archive behind the model, or from its metadata, where it was at first. */
  private String cardText() throws IOException, ModelException {
    if (has(CARD_FILE)) {
      byte[] packed = read(extractor.getAssociatedFile(CARD_FILE));
      return new String(inflated(packed), StandardCharsets.UTF_8);
    }
    Model model = Model.getRootAsModel(content.duplicate().order(ByteOrder.LITTLE_ENDIAN));
    for (int i = 0; i < model.metadataLength(); i++) {
      Metadata metadata = model.metadata(i);
      if (CARD_METADATA.equals(metadata.name())) {
        Buffer buffer = model.buffers((int) metadata.buffer());
        ByteBuffer data = buffer.dataAsByteBuffer();
        byte[] bytes = new byte[data.remaining()];
        data.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
      }
    }
    throw new ModelException("This model has no card: take a file of 'stylekit export'.");
  }

  private boolean has(String name) {
    return extractor.hasMetadata() && extractor.getAssociatedFileNames().contains(name);
  }

  /** The extractor gives an archive's entries as they are packed: pictures stored, text deflated. */
  private static byte[] inflated(byte[] entry) throws IOException {
    boolean isStored = entry.length > 0 && entry[0] == '{';
    return isStored ? entry : read(
        new InflaterInputStream(new ByteArrayInputStream(entry), new Inflater(true)));
  }

  private static byte[] read(InputStream stream) throws IOException {
    try (InputStream input = stream) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      byte[] part = new byte[8192];
      for (int count = input.read(part); count >= 0; count = input.read(part)) {
        bytes.write(part, 0, count);
      }
      return bytes.toByteArray();
    }
  }
}
