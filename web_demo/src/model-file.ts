/** An exported model: its card, its signature, and copies for one size of photo. */
import { associatedFiles } from "./associated";
import { Flatbuffer } from "./flatbuffer";
import { UserError } from "./errors";
import { STRIDE } from "./noise";
import { widened } from "./widen";

const CARD_FILE = "stylekit_card.json";
const CARD_NAME = "stylekit_card";
const FORMAT_VERSION = 1;
const DEFAULT_BLOCKS = 5;
const SIGNATURE = "serving_default";

/** What the page needs of the model card; see `stylekit.inference.card`. */
export interface ModelCard {
  name: string;
  styles: string[];
  /** Pixels that a photo is reflected by on every side. */
  margin: number;
  /** What height and width, margins included, must be divisible by. */
  multipleOf: number;
  /** Least height and width, margins not counted. */
  smallest: number;
  /**
   * Pixels that the network sees beyond a pixel, on each side: two 3×3 convolutions at a quarter of
   * the size for each residual block, and 16 pixels for what comes before and after them.
   */
  surroundings: number;
  /** Distance of the points of each channel's grid of noise, see docs/noise.md; empty without noise. */
  noise: number[];
}

// Fields of the tables of TensorFlow's schema.fbs, by number.
const MODEL = { subgraphs: 2, buffers: 4, metadata: 6, signatures: 7 };
const SUBGRAPH = { tensors: 0 };
const TENSOR = { shape: 0, type: 1, shapeSignature: 7 };
const BUFFER = { data: 0 };
const METADATA = { name: 0, buffer: 1 };
const SIGNATURE_DEF = { inputs: 0, outputs: 1, key: 2, subgraph: 4 };
const TENSOR_MAP = { name: 0, tensor: 1 };

/** A `.tflite` file that `stylekit export` wrote. */
export class ModelFile {
  private constructor(
    /** The model as it is computed. */
    private readonly bytes: Uint8Array,
    readonly card: ModelCard,
    /** Height and width that the file was made for; null if the runtime may choose. */
    readonly size: { height: number; width: number } | null,
    /** Length of the vector of normalization statistics; 0 if the network has none. */
    readonly statistics: number,
    /** A picture of each style, as a file; empty if the model brings none. */
    readonly previews: Uint8Array<ArrayBuffer>[],
  ) {}

  /**
   * @throws UserError for a file that is damaged, or that stylekit did not export.
   */
  static async read(bytes: Uint8Array): Promise<ModelFile> {
    if (new TextDecoder("latin1").decode(bytes.subarray(4, 8)) !== "TFL3") {
      throw new UserError("This is not a TensorFlow Lite model: choose a .tflite file of 'stylekit export'.");
    }
    try {
      const { photo, statistics, takesNoise } = photoTensors(bytes);
      const files = await associatedFiles(bytes);
      const card = readCard(bytes, files);
      if (takesNoise !== card.noise.length > 0) {
        throw new UserError("This model and its card do not agree about noise: export it again.");
      }
      const fixed = photo.every((side) => side > 0);
      const size = fixed ? { height: photo[1] as number, width: photo[2] as number } : null;
      const previews = card.styles.flatMap((_, index) => files.get(`preview_${index}.webp`) ?? []);
      return new ModelFile(widened(bytes), card, size, statistics, previews);
    } catch (error) {
      if (error instanceof UserError) throw error;
      throw new UserError(`The model file is damaged: ${(error as Error).message}.`);
    }
  }

  /**
   * The model for photos of one size, with float32 constants.
   *
   * LiteRT for the web does not resize inputs. All other shapes follow from these when the runtime
   * prepares the network, so it is enough to write the size into photo, noise and output.
   */
  forSize(height: number, width: number): Uint8Array {
    const copy = this.bytes.slice();
    if (this.size === null) {
      const file = new Flatbuffer(copy);
      const { tables } = signatureTensors(file);
      for (const [name, divisor] of [["photo", 1], ["noise", STRIDE], ["stylized", 1]] as const) {
        const table = tables.get(name);
        if (table === undefined) continue; // of a network without noise
        for (const field of [TENSOR.shape, TENSOR.shapeSignature]) {
          const shape = file.integers(table, field);
          shape.setInt32(4, height / divisor, true);
          shape.setInt32(8, width / divisor, true);
        }
      }
    }
    return copy;
  }
}

/** Tables of the tensors of the signature, by name; outputs after inputs of the same name. */
function signatureTensors(file: Flatbuffer): { tables: Map<string, number> } {
  const model = file.root();
  const signature = file
    .tables(model, MODEL.signatures)
    .find((table) => file.text(table, SIGNATURE_DEF.key) === SIGNATURE);
  if (signature === undefined) throw new UserError("This model is not a style network of stylekit.");
  const subgraph = file.tables(model, MODEL.subgraphs)[file.number(signature, SIGNATURE_DEF.subgraph)];
  const tensors = file.tables(subgraph as number, SUBGRAPH.tensors);
  const tables = new Map<string, number>();
  for (const group of [SIGNATURE_DEF.inputs, SIGNATURE_DEF.outputs]) {
    for (const entry of file.tables(signature, group)) {
      const table = tensors[file.number(entry, TENSOR_MAP.tensor)];
      if (table === undefined) throw new RangeError("a signature names a tensor that is not there");
      tables.set(file.text(entry, TENSOR_MAP.name), table);
    }
  }
  return { tables };
}

/**
 * Shape of a model's photos, -1 where the runtime chooses, the length of its statistics, and whether
 * it takes noise.
 *
 * @throws RangeError for a damaged file.
 */
export function photoTensors(bytes: Uint8Array): { photo: number[]; statistics: number; takesNoise: boolean } {
  const file = new Flatbuffer(bytes);
  const { tables } = signatureTensors(file);
  for (const name of ["photo", "style_weights", "strength", "stylized"]) {
    if (!tables.has(name)) throw new UserError(`This model is not a style network of stylekit: it has no ${name}.`);
  }
  const shape = (name: string): number[] => {
    const table = tables.get(name);
    if (table === undefined) return [];
    const declared = file.integers(table, TENSOR.shapeSignature);
    const values = declared.byteLength > 0 ? declared : file.integers(table, TENSOR.shape);
    return Array.from({ length: values.byteLength / 4 }, (_, i) => values.getInt32(4 * i, true));
  };
  const photo = shape("photo");
  if (file.byte(tables.get("photo") as number, TENSOR.type) !== 0) {
    throw new UserError("This model takes bytes: export it with float32 input and output for this page.");
  }
  if (photo.length !== 4 || photo[3] !== 3) throw new RangeError(`its photo has the shape ${photo}`);
  return { photo, statistics: shape("statistics").at(-1) ?? 0, takesNoise: tables.has("noise") };
}

/** The card from the archive behind the model, or from its metadata, where it was at first. */
function readCard(bytes: Uint8Array, files: Map<string, Uint8Array>): ModelCard {
  const packed = files.get(CARD_FILE);
  if (packed !== undefined) return parseCard(new TextDecoder().decode(packed));
  const file = new Flatbuffer(bytes);
  const model = file.root();
  const entry = file
    .tables(model, MODEL.metadata)
    .find((table) => file.text(table, METADATA.name) === CARD_NAME);
  if (entry === undefined) {
    throw new UserError("This model has no stylekit card: use a file that 'stylekit export' wrote.");
  }
  const buffer = file.tables(model, MODEL.buffers)[file.number(entry, METADATA.buffer)];
  if (buffer === undefined) throw new RangeError("its card is not there");
  return parseCard(file.text(buffer, BUFFER.data));
}

/** The card from its JSON; keys that the page does not use are passed over. */
export function parseCard(json: string): ModelCard {
  const values = JSON.parse(json) as Record<string, unknown>;
  if (values.format_version !== FORMAT_VERSION) {
    throw new UserError(`This page reads cards of format version ${FORMAT_VERSION}, not ${String(values.format_version)}.`);
  }
  const integer = (key: string, least: number): number => {
    const value = values[key];
    if (!Number.isInteger(value) || (value as number) < least) throw new RangeError(`${key} = ${String(value)}`);
    return value as number;
  };
  const { name, styles } = values;
  if (typeof name !== "string") throw new RangeError(`name = ${String(name)}`);
  if (!Array.isArray(styles) || styles.length === 0 || styles.some((style) => typeof style !== "string")) {
    throw new RangeError(`styles = ${String(styles)}`);
  }
  const recipe = values.recipe as { generator?: { blocks?: number | null } } | undefined;
  const blocks = recipe?.generator?.blocks ?? DEFAULT_BLOCKS;
  return {
    name,
    styles: styles as string[],
    margin: integer("margin", 0),
    multipleOf: integer("multiple_of", 1),
    smallest: integer("smallest", 1),
    surroundings: 8 * blocks + 16,
    noise: cellsOf(values.noise as { stride?: unknown; cells?: unknown } | undefined),
  };
}

/** What the card says of noise: empty for a network that takes none. */
function cellsOf(noise: { stride?: unknown; cells?: unknown } = {}): number[] {
  if (Object.keys(noise).length === 0) return [];
  const { stride, cells } = noise;
  const isCell = (cell: unknown): boolean => Number.isInteger(cell) && (cell as number) >= 1;
  if (stride !== STRIDE || !Array.isArray(cells) || cells.length === 0 || !cells.every(isCell)) {
    throw new RangeError(`noise = ${JSON.stringify(noise)}`);
  }
  return cells as number[];
}
