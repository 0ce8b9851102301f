package org.stylekit.core;

/** A style network, whatever runs it. */
public interface StyleNetwork {
  /** What a run gives. */
  final class Output {
    /** {@code [height, width, 3]} in [0, 1]. */
    public final float[] stylized;

    /** Normalization statistics used; empty if the network has none. */
    public final float[] statistics;

    public Output(float[] stylized, float[] statistics) {
      this.stylized = stylized;
      this.statistics = statistics;
    }
  }

  /** The only height and width that the network takes; null if it takes any that fits. */
  int[] fixedSize();

  /** Whether {@link #run} takes and gives statistics, which tiles need. */
  boolean hasStatistics();

  /**
   * Stylize a photo.
   *
   * @param photo {@code [height, width, 3]} in [0, 1], of a size that fits the network.
   * @param styleWeights with sum 1.
   * @param strength 0, the photo, to 1.
   * @param statistics of another run, or null for those of this photo.
   * @param noise {@code [height / 4, width / 4, channels]}, see {@link Noise#maps}; empty for a
   *     network that takes none.
   * @throws ModelException the network cannot be run.
   */
  Output run(
      float[] photo, int height, int width, float[] styleWeights, float strength,
      float[] statistics, float[] noise) throws ModelException;
}
