/** The page: what is chosen, and what is shown. */
import { styleWeights } from "./blend";
import { Camera } from "./camera";
import { Client } from "./client";
import { message, UserError } from "./errors";
import { Newest } from "./newest";
import { download, drawInto, openPhoto, scaled, type Photo, type Picture, type Surface } from "./picture";
import { PREVIEW_PIXELS, Stylist, type Settings } from "./stylist";
import { fitted } from "./geometry";
import type { Loaded } from "./protocol";

// A camera picture of so many pixels keeps up with the eye on WASM.
const CAMERA_PIXELS = 256 * 256;

interface ModelEntry {
  name: string;
  file: string;
  /** File of each style's preview, by the style's name. */
  previews: Record<string, string>;
}

function element<T extends HTMLElement>(id: string): T {
  return document.getElementById(id) as T;
}

const page = {
  status: element("status"),
  error: element("error"),
  stage: element("stage"),
  hint: element("hint"),
  picture: element("picture"),
  before: element<HTMLCanvasElement>("before"),
  after: element<HTMLCanvasElement>("after"),
  split: element<HTMLInputElement>("split"),
  video: element<HTMLVideoElement>("video"),
  photo: element<HTMLInputElement>("photo"),
  camera: element<HTMLButtonElement>("camera"),
  save: element<HTMLButtonElement>("save"),
  progress: element<HTMLProgressElement>("progress"),
  styles: element<HTMLFieldSetElement>("styles"),
  strength: element<HTMLInputElement>("strength"),
  second: element<HTMLSelectElement>("second"),
  share: element<HTMLInputElement>("share"),
  noise: element("noise"),
  seed: element<HTMLInputElement>("seed"),
  another: element<HTMLButtonElement>("another"),
  models: element<HTMLSelectElement>("models"),
  model: element<HTMLInputElement>("model"),
  runtime: element("runtime"),
};

const client = new Client();
let stylist: Stylist | undefined;
/** The photo at full size, and at the size that it is shown at. */
let photo: { full: Photo; shown: Picture } | undefined;
let camera: Camera | undefined;
/** While the browser asks whether the camera may be used. */
let openingCamera = false;
let saving: AbortController | undefined;

const preview = new Newest(async () => {
  if (stylist === undefined || photo === undefined || camera !== undefined) return;
  try {
    const { canvas, milliseconds } = await stylist.whole(photo.shown, settings(stylist));
    show(photo.shown, canvas);
    say(`${stylist.model.card.name}: ${Math.round(milliseconds)} ms`);
  } catch (error) {
    fail(error);
  }
});

function settings({ model }: Stylist): Settings {
  const chosen = page.styles.querySelector<HTMLInputElement>(":checked");
  const second = page.second.value === "" ? null : Number(page.second.value);
  const count = model.card.styles.length;
  return {
    styleWeights: styleWeights(count, Number(chosen?.value ?? 0), second, Number(page.share.value)),
    strength: Number(page.strength.value),
    seed: seed(),
  };
}

/** The seed that is typed, 0 while it is none. */
function seed(): number {
  return page.seed.validity.valid ? Number(page.seed.value) : 0;
}

// What is shown

function say(text: string): void {
  page.status.textContent = text;
}

function fail(error: unknown): void {
  page.error.textContent = message(error);
  page.error.hidden = false;
}

function clearError(): void {
  page.error.hidden = true;
}

function show(original: Picture, stylized: Surface): void {
  for (const [canvas, picture] of [
    [page.before, original],
    [page.after, { source: stylized, width: stylized.width, height: stylized.height }],
  ] as [HTMLCanvasElement, Picture][]) {
    if (canvas.width !== picture.width) canvas.width = picture.width;
    if (canvas.height !== picture.height) canvas.height = picture.height;
    drawInto(canvas, picture);
    canvas.hidden = false;
  }
  page.stage.style.setProperty("--aspect", String(original.width / original.height));
  page.picture.hidden = false;
  page.hint.hidden = true;
  page.save.disabled = camera === undefined && photo === undefined;
}

// Model

async function openModel(bytes: Uint8Array, previews: Record<string, string>): Promise<void> {
  const model = await client.load({ kind: "load", bytes });
  stylist = new Stylist(client, model);
  showStyles(model.card.styles, { ...ownPreviews(model), ...previews });
  page.noise.hidden = model.card.noise.length === 0;
  const { runtime } = model;
  const how = runtime.accelerator === "webgpu" ? "WebGPU" : `WebAssembly, ${runtime.threads} thread${runtime.threads === 1 ? "" : "s"}`;
  page.runtime.textContent = `${model.card.name} on ${how}${runtime.reason ? ` (${runtime.reason})` : ""}`;
  page.runtime.dataset.runtime = JSON.stringify(runtime);
  const count = model.card.styles.length;
  say(`${model.card.name}: ${count} style${count === 1 ? "" : "s"}`);
  keepOffline(runtime.files.map((file) => `wasm/${file}`));
  void preview.ask();
}

function showStyles(styles: string[], previews: Record<string, string>): void {
  const strip = page.styles.querySelector(".strip") as HTMLElement;
  strip.replaceChildren(...styles.map((style, index) => styleButton(style, index, previews[style])));
  page.second.replaceChildren(new Option("nothing", ""), ...styles.map((style, i) => new Option(title(style), String(i))));
  page.share.disabled = true;
  for (const input of [page.second, page.share]) {
    (input.parentElement as HTMLElement).hidden = styles.length < 2; // nothing to blend with
  }
}

/** Addresses of the previews that a model file brings, by style. */
function ownPreviews({ card, previews }: Loaded): Record<string, string> {
  const addresses = previews.map((data) => URL.createObjectURL(new Blob([data])));
  return Object.fromEntries(card.styles.flatMap((style, i) => (addresses[i] ? [[style, addresses[i]]] : [])));
}

function styleButton(style: string, index: number, previewFile: string | undefined): HTMLElement {
  const label = document.createElement("label");
  const radio = document.createElement("input");
  Object.assign(radio, { type: "radio", name: "style", value: String(index), checked: index === 0 });
  const name = document.createElement("span");
  name.textContent = title(style);
  let picture: HTMLElement;
  if (previewFile === undefined) {
    picture = document.createElement("div");
    picture.className = "no-preview";
  } else {
    const image = new Image();
    image.alt = "";
    image.src = previewFile;
    picture = image;
  }
  label.append(radio, picture, name);
  return label;
}

/** "the_scream" is a name for files; people read "The scream". */
function title(style: string): string {
  const words = style.replace(/[_-]+/g, " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

async function shippedModels(): Promise<void> {
  const entries = (await (await fetch("models/index.json")).json()) as ModelEntry[];
  page.models.replaceChildren(...entries.map(({ name }, index) => new Option(name, String(index))));
  element("models-row").hidden = entries.length < 2;
  const open = async (): Promise<void> => {
    const entry = entries[Number(page.models.value)];
    if (entry === undefined) throw new UserError("This page was made without a model: open a .tflite file.");
    const response = await fetch(entry.file);
    if (!response.ok) throw new UserError(`The model ${entry.name} could not be loaded (${response.status}).`);
    await openModel(new Uint8Array(await response.arrayBuffer()), entry.previews);
  };
  page.models.onchange = () => void open().catch(fail);
  await open();
}

// Photo

async function openFile(file: File): Promise<void> {
  clearError();
  closeCamera();
  if (file.name.endsWith(".tflite")) {
    await openModel(new Uint8Array(await file.arrayBuffer()), {});
    return;
  }
  const full = await openPhoto(file);
  photo = { full, shown: scaled(full, fitted(full, PREVIEW_PIXELS)) };
  await preview.ask();
}

async function save(): Promise<void> {
  if (stylist === undefined) return;
  clearError();
  if (camera !== undefined) {
    await download(page.after, "stylized.jpg");
    return;
  }
  if (photo === undefined) return;
  saving = new AbortController();
  page.save.textContent = "Stop";
  page.progress.hidden = false;
  page.progress.value = 0;
  try {
    const { full } = photo;
    const { canvas } = await stylist.full(full, settings(stylist), (share) => (page.progress.value = share), saving.signal);
    await download(canvas, "stylized.jpg");
    say(`Saved: ${canvas.width}×${canvas.height}${whySmaller(canvas, full)}`);
  } catch (error) {
    if (!saving.signal.aborted) throw error;
    say("Stopped.");
  } finally {
    saving = undefined;
    page.save.textContent = "Save";
    page.progress.hidden = true;
  }
}

/** Why a picture is smaller than its photo; empty if it is not. */
function whySmaller(saved: Surface, { width, original }: Photo): string {
  if (saved.width >= original.width) return "";
  const why = saved.width < width ? "this model has no tiles" : "the whole is too large for a page";
  return `, from ${original.width}×${original.height}: ${why}`;
}

// Camera

async function openCamera(): Promise<void> {
  if (openingCamera) return;
  clearError();
  if (stylist === undefined) throw new UserError("No model is open yet: wait for it, or open a .tflite file.");
  openingCamera = true;
  try {
    camera = await Camera.open(page.video);
  } finally {
    openingCamera = false;
  }
  if (document.hidden) {
    closeCamera();
    return;
  }
  page.camera.setAttribute("aria-pressed", "true");
  void stylizeFrames(camera);
}

function closeCamera(): void {
  camera?.close();
  camera = undefined;
  page.camera.setAttribute("aria-pressed", "false");
}

/** Frame after frame: each is taken when the one before is shown, so that none is ever late. */
async function stylizeFrames(opened: Camera): Promise<void> {
  try {
    while (camera === opened && stylist !== undefined) {
      if (!opened.live) throw new UserError("The camera was taken away.");
      const { video } = opened;
      const frame = { source: video, width: video.videoWidth, height: video.videoHeight };
      const small = scaled(frame, fitted(frame, CAMERA_PIXELS));
      const start = performance.now();
      const { canvas, milliseconds } = await stylist.whole(small, settings(stylist), CAMERA_PIXELS);
      if (camera !== opened) break;
      show(small, canvas);
      const all = performance.now() - start;
      say(`Camera: ${(1000 / all).toFixed(1)} pictures/s, network ${Math.round(milliseconds)} ms`);
      await new Promise(requestAnimationFrame);
    }
  } catch (error) {
    closeCamera();
    fail(error);
  }
}

// Offline

function keepOffline(files: string[]): void {
  void navigator.serviceWorker?.ready.then(({ active }) => active?.postMessage({ keep: files }));
}

/** Register the service worker; once, load the page anew if only that gives it threads. */
async function startServiceWorker(): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  navigator.serviceWorker.addEventListener("message", () => {
    document.documentElement.dataset.offline = "ready";
  });
  const registration = await navigator.serviceWorker.register("service-worker.js");
  if (self.crossOriginIsolated || sessionStorage.getItem("reloaded") !== null) return;
  if (!(await takesOver(registration))) return;
  sessionStorage.setItem("reloaded", "yes");
  location.reload();
}

/** Whether there is a service worker: one that has no room for the page's files never gets active. */
async function takesOver({ active, installing, waiting }: ServiceWorkerRegistration): Promise<boolean> {
  const worker = installing ?? waiting;
  if (active !== null || worker === null) return active !== null;
  return new Promise((resolve) => {
    worker.addEventListener("statechange", () => {
      if (worker.state === "activated") resolve(true);
      if (worker.state === "redundant") resolve(false);
    });
  });
}

// What the person does

function onChange(): void {
  element("strength-value").textContent = `${Math.round(100 * Number(page.strength.value))} %`;
  element("share-value").textContent = `${Math.round(100 * Number(page.share.value))} %`;
  page.share.disabled = page.second.value === "";
  void preview.ask();
}

function listen(): void {
  for (const input of [page.styles, page.strength, page.second, page.share, page.seed]) {
    input.addEventListener("input", onChange);
  }
  page.another.addEventListener("click", () => {
    page.seed.value = String((seed() + 1) % 2 ** 32);
    onChange();
  });
  page.split.addEventListener("input", () => page.stage.style.setProperty("--split", page.split.value));
  for (const input of [page.photo, page.model]) {
    input.addEventListener("change", () => {
      const [file] = input.files ?? [];
      if (file !== undefined) void openFile(file).catch(fail);
      input.value = ""; // the same file can be chosen again
    });
  }
  page.camera.addEventListener("click", () => {
    if (camera === undefined) {
      openCamera().catch(fail);
    } else {
      closeCamera();
      void preview.ask();
    }
  });
  page.save.addEventListener("click", () => {
    if (saving === undefined) save().catch(fail);
    else saving.abort();
  });
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    page.stage.classList.add("over");
  });
  document.addEventListener("dragleave", () => page.stage.classList.remove("over"));
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    page.stage.classList.remove("over");
    const file = event.dataTransfer?.files[0];
    if (file !== undefined) void openFile(file).catch(fail);
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) closeCamera();
  });
}

listen();
startServiceWorker()
  .catch(() => undefined) // private windows may refuse it; then there is no offline use
  .then(shippedModels)
  .catch(fail);
