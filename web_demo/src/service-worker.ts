/**
 * The page without a network, and with threads on any host.
 *
 * All files are kept when the page is first loaded; the runtime comes in several forms of nine
 * megabytes, of which the page names the one that it uses. WebAssembly has threads only in pages
 * that are isolated from other origins, which hosts say by two headers; they are added here for
 * hosts that cannot.
 */
declare const BUILD: string;

// The types of pages, workers and service workers cannot be told apart within one program.
const scope = self as unknown as ServiceWorkerGlobalScope;

const CACHE = `stylekit-${BUILD}`;
const ISOLATION = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

scope.addEventListener("install", (event) => {
  event.waitUntil(keepPage().then(() => scope.skipWaiting()));
});

scope.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      const old = (await caches.keys()).filter((name) => name.startsWith("stylekit-") && name !== CACHE);
      await Promise.all(old.map((name) => caches.delete(name)));
      await scope.clients.claim();
    })(),
  );
});

scope.addEventListener("message", (event) => {
  const { keep } = event.data as { keep: string[] };
  event.waitUntil(
    keepFiles(keep).then(() => event.source?.postMessage({ kept: keep.length })),
  );
});

scope.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method === "GET" && new URL(request.url).origin === scope.location.origin) {
    event.respondWith(answer(request));
  }
});

interface ModelEntry {
  file: string;
  previews: Record<string, string>;
}

async function keepPage(): Promise<void> {
  const index = (await (await fetch("models/index.json", { cache: "no-cache" })).json()) as ModelEntry[];
  const page = ["./", "page.js", "worker.js", "style.css", "icon.svg", "manifest.webmanifest", "models/index.json"];
  await keepFiles([...page, ...index.flatMap(({ file, previews }) => [file, ...Object.values(previews)])]);
}

async function keepFiles(paths: string[]): Promise<void> {
  const cache = await caches.open(CACHE);
  for (const path of paths) {
    if ((await cache.match(path)) === undefined) await cache.add(path);
  }
}

/** From the network where it answers, so that another model is seen at once; else what was kept. */
async function answer(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  const isRuntime = new URL(request.url).pathname.includes("/wasm/");
  const kept = await cache.match(request, { ignoreSearch: true });
  if (isRuntime && kept !== undefined) return isolated(kept);
  let response: Response;
  try {
    response = await fetch(request);
  } catch (error) {
    if (kept !== undefined) return isolated(kept);
    throw error;
  }
  if (response.status === 200) {
    // Without room to keep it, the page still works where there is a network.
    await cache.put(request, response.clone()).catch(() => undefined);
  }
  return isolated(response);
}

function isolated(response: Response): Response {
  if (response.status === 0) return response;
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(ISOLATION)) headers.set(name, value);
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}
