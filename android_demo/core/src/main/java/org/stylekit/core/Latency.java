package org.stylekit.core;

import java.util.Arrays;

/** How long the last runs took. */
public final class Latency {
  private final double[] milliseconds;
  private int count;

  /** Keep the last {@code size} runs. */
  public Latency(int size) {
    milliseconds = new double[size];
  }

  public synchronized void add(double value) {
    milliseconds[count++ % milliseconds.length] = value;
  }

  /** The least time that a share of the runs did not exceed; NaN before the first. */
  public synchronized double percentile(double share) {
    int kept = Math.min(count, milliseconds.length);
    if (kept == 0) {
      return Double.NaN;
    }
    double[] sorted = Arrays.copyOf(milliseconds, kept);
    Arrays.sort(sorted);
    return sorted[Math.max(0, (int) Math.ceil(share * kept) - 1)];
  }

  /** Median and 95th percentile for people to read; a dash before the first run. */
  public synchronized String text() {
    return count == 0
        ? "–"
        : String.format("%.0f ms, p95 %.0f ms", percentile(0.5), percentile(0.95));
  }
}
