/** Weights of the styles when one is chosen, or two are blended. */

/**
 * `[styles]` with sum 1.
 *
 * @param share of the second style, in [0, 1]; it counts only if there is a second one.
 */
export function styleWeights(count: number, first: number, second: number | null, share: number): number[] {
  const weights = new Array<number>(count).fill(0);
  if (second === null || second === first) {
    weights[first] = 1;
  } else {
    weights[first] = 1 - share;
    weights[second] = share;
  }
  return weights;
}
