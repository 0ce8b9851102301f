/** Files that ride behind a `.tflite` model in a zip archive; see `stylekit.inference.associated`. */

const END = 0x06054b50;
const ENTRY = 0x02014b50;
const END_LENGTH = 22;
const STORED = 0;
const DEFLATED = 8;

/**
 * Content of each associated file by its name; nothing if there is no archive.
 *
 * @throws RangeError for a damaged archive.
 */
export async function associatedFiles(bytes: Uint8Array): Promise<Map<string, Uint8Array<ArrayBuffer>>> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  const end = bytes.byteLength - END_LENGTH; // the archives of stylekit have no comment
  if (end < 0 || view.getUint32(end, true) !== END) return files;
  let entry = view.getUint32(end + 16, true);
  for (let left = view.getUint16(end + 10, true); left > 0; left--) {
    if (view.getUint32(entry, true) !== ENTRY) throw new RangeError("its archive has no entry there");
    const nameLength = view.getUint16(entry + 28, true);
    const name = new TextDecoder().decode(bytes.subarray(entry + 46, entry + 46 + nameLength));
    const header = view.getUint32(entry + 42, true);
    const start = header + 30 + view.getUint16(header + 26, true) + view.getUint16(header + 28, true);
    const data = bytes.slice(start, start + view.getUint32(entry + 20, true));
    files.set(name, await unpacked(data, view.getUint16(entry + 10, true)));
    entry += 46 + nameLength + view.getUint16(entry + 30, true) + view.getUint16(entry + 32, true);
  }
  return files;
}

async function unpacked(data: Uint8Array<ArrayBuffer>, method: number): Promise<Uint8Array<ArrayBuffer>> {
  if (method === STORED) return data;
  if (method !== DEFLATED) throw new RangeError(`its archive is packed by method ${method}`);
  const stream = new Blob([data]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
