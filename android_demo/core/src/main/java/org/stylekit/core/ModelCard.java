package org.stylekit.core;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** What a program must know to use an exported model; see {@code stylekit.inference.card}. */
public final class ModelCard {
  /** The version of the card's format that this app reads. */
  public static final int FORMAT_VERSION = 1;

  private static final int DEFAULT_BLOCKS = 5;

  public final String name;

  /** Names of the styles, in the order of {@code style_weights}. */
  public final List<String> styles;

  /** How a photo is padded for the network. */
  public final Fit fit;

  /**
   * Pixels that the network sees beyond a pixel, on each side: two 3×3 convolutions at a quarter
   * of the size for each residual block, and 16 pixels for what comes before and after them.
   */
  public final int surroundings;

  private final int[] noise;

  private ModelCard(String name, List<String> styles, Fit fit, int blocks, int[] noise) {
    this.name = name;
    this.styles = Collections.unmodifiableList(styles);
    this.fit = fit;
    this.surroundings = 8 * blocks + 16;
    this.noise = noise;
  }

  /**
   * Distance of the points of each channel's grid of noise, see {@code docs/noise.md}; empty for a
   * network without noise.
   */
  public int[] noise() {
    return noise.clone();
  }

  /**
   * The card from its JSON; keys that the app does not use are passed over.
   *
   * @throws ModelException damaged, or of another format version.
   */
  public static ModelCard parse(String json) throws ModelException {
    Map<?, ?> values;
    try {
      values = (Map<?, ?>) Json.parse(json);
    } catch (IllegalArgumentException | ClassCastException exception) {
      throw new ModelException("The model card is damaged: " + exception.getMessage(), exception);
    }
    if (values == null || !Double.valueOf(FORMAT_VERSION).equals(values.get("format_version"))) {
      throw new ModelException("The model card has another format version than " + FORMAT_VERSION
          + ": export the model again.");
    }
    if (!(values.get("name") instanceof String)) {
      throw damaged("name", values.get("name"));
    }
    List<String> styles = new ArrayList<>();
    if (values.get("styles") instanceof List) {
      for (Object style : (List<?>) values.get("styles")) {
        if (!(style instanceof String)) {
          throw damaged("styles", values.get("styles"));
        }
        styles.add((String) style);
      }
    }
    if (styles.isEmpty()) {
      throw damaged("styles", values.get("styles"));
    }
    Fit fit = new Fit(integer(values, "margin", 0), integer(values, "multiple_of", 1),
        integer(values, "smallest", 1));
    return new ModelCard(
        (String) values.get("name"), styles, fit, blocks(values), cells(values.get("noise")));
  }

  private static int[] cells(Object value) throws ModelException {
    if (value == null || value instanceof Map && ((Map<?, ?>) value).isEmpty()) {
      return new int[0];
    }
    if (!(value instanceof Map) || integer((Map<?, ?>) value, "stride", 1) != Noise.STRIDE
        || !(((Map<?, ?>) value).get("cells") instanceof List)) {
      throw damaged("noise", value);
    }
    List<?> listed = (List<?>) ((Map<?, ?>) value).get("cells");
    if (listed.isEmpty()) {
      throw damaged("noise", value);
    }
    int[] cells = new int[listed.size()];
    for (int i = 0; i < cells.length; i++) {
      cells[i] = integer("noise", listed.get(i), 1);
    }
    return cells;
  }

  /** Residual blocks of the network, where its recipe says so. */
  private static int blocks(Map<?, ?> values) {
    Object recipe = values.get("recipe");
    Object generator = recipe instanceof Map ? ((Map<?, ?>) recipe).get("generator") : null;
    Object blocks = generator instanceof Map ? ((Map<?, ?>) generator).get("blocks") : null;
    return blocks instanceof Double ? ((Double) blocks).intValue() : DEFAULT_BLOCKS;
  }

  private static int integer(Map<?, ?> values, String key, int least) throws ModelException {
    return integer(key, values.get(key), least);
  }

  private static int integer(String key, Object value, int least) throws ModelException {
    if (!(value instanceof Double)) {
      throw damaged(key, value);
    }
    double number = (Double) value;
    if (number < least || number > Integer.MAX_VALUE || number != Math.rint(number)) {
      throw damaged(key, value);
    }
    return (int) number;
  }

  private static ModelException damaged(String key, Object value) {
    return new ModelException("The model card is damaged: " + key + " = " + value);
  }
}
