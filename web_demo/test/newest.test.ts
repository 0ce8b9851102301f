import assert from "node:assert/strict";
import { test } from "node:test";
import { Newest } from "../src/newest";

test("of many requests while it runs, one more run is made", async () => {
  let runs = 0;
  let finish: (() => void)[] = [];
  const newest = new Newest(() => {
    runs++;
    return new Promise((resolve) => finish.push(resolve));
  });
  const first = newest.ask();
  void newest.ask();
  void newest.ask();
  assert.equal(runs, 1);
  while (finish.length > 0) {
    finish.shift()?.();
    await new Promise(setImmediate);
  }
  await first;
  assert.equal(runs, 2);
});
