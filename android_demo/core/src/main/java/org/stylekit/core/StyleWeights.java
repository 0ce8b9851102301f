package org.stylekit.core;

/** Weights of the styles when one is chosen, or two are blended. */
public final class StyleWeights {
  private StyleWeights() {}

  /**
   * {@code [styles]} with sum 1.
   *
   * @param second index of a second style; the first one's, or -1, for none.
   * @param share of the second style, in [0, 1].
   * @throws IllegalArgumentException a style that is not there, or another share.
   */
  public static float[] blend(int count, int first, int second, float share) {
    if (first < 0 || first >= count || second < -1 || second >= count) {
      throw new IllegalArgumentException(
          "styles " + first + " and " + second + " of " + count);
    }
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException("a share of " + share);
    }
    float[] weights = new float[count];
    if (second < 0 || second == first) {
      weights[first] = 1;
    } else {
      weights[first] = 1 - share;
      weights[second] = share;
    }
    return weights;
  }
}
