/** A style network on LiteRT, compiled for each size it is asked for. */
import { isWebGPUSupported, loadAndCompile, loadLiteRt, supportsFeature, Tensor, type CompiledModel } from "@litertjs/core";
import type { Size } from "./geometry";
import type { ModelFile } from "./model-file";
import { STRIDE } from "./noise";
import type { Runtime } from "./protocol";

// A preview, the camera and tiles: three sizes are in turn use.
const MOST_SIZES = 3;
// Beyond four, threads of small convolutions wait for each other more than they work.
const MOST_THREADS = 4;

/** Start LiteRT in the fastest form that this browser runs. */
export async function startRuntime(wasm: string): Promise<Runtime> {
  const relaxedSimd = await supportsFeature("relaxedSimd");
  const isolated = self.crossOriginIsolated && (await supportsFeature("threads"));
  const threads = relaxedSimd && isolated ? Math.min(MOST_THREADS, navigator.hardwareConcurrency || 1) : 1;
  const name = relaxedSimd ? (threads > 1 ? "threaded_internal" : "internal") : "compat_internal";
  const script = `litert_wasm_${name}.js`;
  // Started by importScripts, the runtime would look for its other files beside the worker.
  const locations = { locateFile: (file: string) => wasm + file, mainScriptUrlOrBlob: wasm + script };
  Object.assign(self, { Module: locations });
  await loadLiteRt(wasm + script);
  const accelerator = isWebGPUSupported() && (await hasAdapter()) ? "webgpu" : "wasm";
  return {
    accelerator,
    threads,
    reason: [
      accelerator === "webgpu" ? "" : "no WebGPU",
      isolated ? "" : "no threads",
      relaxedSimd ? "" : "no relaxed SIMD",
    ]
      .filter((part) => part !== "")
      .join(", "),
    files: [script, script.replace(/js$/, "wasm")],
  };
}

async function hasAdapter(): Promise<boolean> {
  try {
    return (await navigator.gpu.requestAdapter()) !== null;
  } catch {
    return false;
  }
}

interface Feeds {
  photo: Float32Array;
  styleWeights: Float32Array;
  strength: number;
  statistics?: Float32Array;
  /** `[height / 4, width / 4, channels]`; empty for a network that takes none. */
  noise: Float32Array;
}

export class Network {
  private readonly compiled = new Map<string, CompiledModel>();

  constructor(
    readonly file: ModelFile,
    private readonly runtime: Runtime,
  ) {}

  /** Run on a photo that fits the network; the output has its shape. */
  async run(size: Size, feeds: Feeds): Promise<{ stylized: Float32Array; statistics: Float32Array }> {
    const model = await this.prepared(size);
    const { card, statistics } = this.file;
    const inputs: Record<string, Tensor> = {
      photo: new Tensor(feeds.photo, [1, size.height, size.width, 3]),
      style_weights: new Tensor(feeds.styleWeights, [1, card.styles.length]),
      strength: new Tensor(Float32Array.of(feeds.strength), [1, 1]),
    };
    if (statistics > 0) {
      inputs.statistics = new Tensor(feeds.statistics ?? new Float32Array(statistics), [1, 1, 1, statistics]);
    }
    if (card.noise.length > 0) {
      inputs.noise = new Tensor(feeds.noise, [1, size.height / STRIDE, size.width / STRIDE, card.noise.length]);
    }
    let outputs: Record<string, Tensor> = {};
    try {
      outputs = await model.run(inputs);
      return {
        stylized: await floats(outputs.stylized as Tensor),
        statistics: outputs.statistics ? await floats(outputs.statistics) : new Float32Array(0),
      };
    } finally {
      for (const tensor of [...Object.values(inputs), ...Object.values(outputs)]) {
        if (!tensor.deleted) tensor.delete();
      }
    }
  }

  /** The network for one size; compiling it takes longer than a run. */
  async prepared(size: Size): Promise<CompiledModel> {
    const key = `${size.height}x${size.width}`;
    let model = this.compiled.get(key);
    if (model === undefined) {
      model = await this.compile(size);
      const oldest = this.compiled.keys().next().value;
      if (this.compiled.size >= MOST_SIZES && oldest !== undefined) {
        this.compiled.get(oldest)?.delete();
        this.compiled.delete(oldest);
      }
    }
    this.compiled.delete(key);
    this.compiled.set(key, model); // last in the order of use
    return model;
  }

  private async compile(size: Size): Promise<CompiledModel> {
    const bytes = this.file.forSize(size.height, size.width);
    const cpuOptions = { numThreads: this.runtime.threads };
    if (this.runtime.accelerator === "webgpu") {
      try {
        return await loadAndCompile(bytes, { accelerator: "webgpu", gpuOptions: { precision: "fp32" } });
      } catch (error) {
        this.runtime.accelerator = "wasm";
        this.runtime.reason = `WebGPU refused the model (${(error as Error).message})`;
      }
    }
    return loadAndCompile(bytes, { accelerator: "wasm", cpuOptions });
  }

  close(): void {
    for (const model of this.compiled.values()) model.delete();
    this.compiled.clear();
  }
}

async function floats(tensor: Tensor): Promise<Float32Array> {
  return (await tensor.data()).slice() as Float32Array;
}
