/** What page and worker say to each other. */
import type { Rectangle, Size } from "./geometry";
import type { ModelCard } from "./model-file";

export interface LoadRequest {
  kind: "load";
  bytes: Uint8Array;
}

export interface StylizeRequest {
  kind: "stylize";
  photo: Size;
  /** RGBA of `area`, a part of the photo that covers the window. */
  data: Uint8ClampedArray;
  area: Rectangle;
  /** In the padded photo. */
  window: Rectangle;
  /** In the photo; what is given back. */
  kept: Rectangle;
  styleWeights: number[];
  strength: number;
  /** Of the noise, for a network that takes it. */
  seed: number;
  /** Normalization statistics of another run on the same picture. */
  statistics?: Float32Array;
}

export type Request = LoadRequest | StylizeRequest;

export interface Loaded {
  card: ModelCard;
  size: Size | null;
  statistics: number;
  /** Image files, one a style; empty if the model brings none. */
  previews: Uint8Array<ArrayBuffer>[];
  runtime: Runtime;
}

export interface Stylized {
  /** RGBA of the kept part. */
  data: Uint8ClampedArray<ArrayBuffer>;
  /** Those used; empty if the network has none. */
  statistics: Float32Array;
  /** Of the network alone. */
  milliseconds: number;
}

export interface Runtime {
  /** "webgpu" or "wasm". */
  accelerator: string;
  threads: number;
  /** Why it is not faster; empty if nothing is missing. */
  reason: string;
  /** Files of the runtime that this browser uses. */
  files: string[];
}

export type Reply =
  | { id: number; loaded: Loaded }
  | { id: number; stylized: Stylized }
  | { id: number; error: string; isUsers: boolean };
