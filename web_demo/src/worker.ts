/** The model's own thread: requests are answered one after the other. */
import { message, UserError } from "./errors";
import { ModelFile } from "./model-file";
import { Network, startRuntime } from "./network";
import { noiseMaps } from "./noise";
import { toBytes, toFloats } from "./pixels";
import type { Loaded, Reply, Request, Runtime, StylizeRequest, Stylized } from "./protocol";

let runtime: Promise<Runtime> | undefined;
let network: Network | undefined;
let queue: Promise<void> = Promise.resolve();

self.onmessage = ({ data: { id, request } }: MessageEvent<{ id: number; request: Request }>) => {
  queue = queue.then(async () => {
    const reply = await answer(id, request);
    const transfer = "stylized" in reply ? [reply.stylized.data.buffer] : [];
    postMessage(reply, { transfer });
  });
};

async function answer(id: number, request: Request): Promise<Reply> {
  try {
    if (request.kind === "load") return { id, loaded: await load(request.bytes) };
    return { id, stylized: await stylize(request) };
  } catch (error) {
    return { id, error: message(error), isUsers: error instanceof UserError };
  }
}

/** Take another model; the one before stays where the new one cannot be read. */
async function load(bytes: Uint8Array): Promise<Loaded> {
  const file = await ModelFile.read(bytes);
  runtime ??= startRuntime(new URL("wasm/", self.location.href).href);
  const started = await runtime;
  network?.close();
  network = new Network(file, started);
  const { card, size, statistics, previews } = file;
  return { card, size, statistics, previews, runtime: started };
}

async function stylize(request: StylizeRequest): Promise<Stylized> {
  if (network === undefined) throw new UserError("No model has been loaded.");
  const { photo, window, kept, data, area } = request;
  const { margin, noise } = network.file.card;
  const seen = toFloats({ data, area }, photo, window, network.file.card);
  await network.prepared(window);
  // At the window's place: a tile has the noise that the whole picture has there.
  const rows = { first: window.top, last: window.top + window.height };
  const columns = { first: window.left, last: window.left + window.width };
  const maps = noiseMaps(request.seed, noise, rows, columns);
  const start = performance.now();
  const { stylized, statistics } = await network.run(window, {
    photo: seen,
    styleWeights: Float32Array.from(request.styleWeights),
    strength: request.strength,
    noise: maps,
    ...(request.statistics ? { statistics: request.statistics } : {}),
  });
  const milliseconds = performance.now() - start;
  const part = {
    top: kept.top + margin - window.top,
    left: kept.left + margin - window.left,
    height: kept.height,
    width: kept.width,
  };
  return { data: toBytes(stylized, window.width, part), statistics, milliseconds };
}
