/**
 * The few parts of FlatBuffers that reading a TensorFlow Lite file takes.
 *
 * A table is a position in the file; its fields are numbered as in TensorFlow's schema.fbs. Every
 * position is checked by the DataView itself: a damaged file gives a RangeError, never garbage
 * from outside the file.
 */
export class Flatbuffer {
  private readonly view: DataView;

  constructor(private readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Position of the root table. */
  root(): number {
    return this.view.getUint32(0, true);
  }

  /** Position of a field's value in its table, or 0 where the table leaves it out. */
  field(table: number, index: number): number {
    const vtable = table - this.view.getInt32(table, true);
    const entry = 4 + 2 * index;
    if (entry >= this.view.getUint16(vtable, true)) return 0;
    const offset = this.view.getUint16(vtable + entry, true);
    return offset === 0 ? 0 : table + offset;
  }

  private target(position: number): number {
    return position + this.view.getUint32(position, true);
  }

  /** An unsigned 32-bit field, 0 where it is left out. */
  number(table: number, index: number): number {
    const position = this.field(table, index);
    return position === 0 ? 0 : this.view.getUint32(position, true);
  }

  /** An 8-bit field, 0 where it is left out. */
  byte(table: number, index: number): number {
    const position = this.field(table, index);
    return position === 0 ? 0 : this.view.getInt8(position);
  }

  /** Position of a vector field, where its length is, or 0 where it is left out. */
  vector(table: number, index: number): number {
    const field = this.field(table, index);
    return field === 0 ? 0 : this.target(field);
  }

  /** Positions of the tables of a vector field. */
  tables(table: number, index: number): number[] {
    const vector = this.vector(table, index);
    if (vector === 0) return [];
    const length = this.view.getUint32(vector, true);
    if (length > this.bytes.byteLength) throw new RangeError("a vector is longer than its file");
    return Array.from({ length }, (_, i) => this.target(vector + 4 + 4 * i));
  }

  /** The bytes of a vector or string field, as a view into the file. */
  data(table: number, index: number, elementSize = 1): Uint8Array {
    const vector = this.vector(table, index);
    if (vector === 0) return new Uint8Array(0);
    const size = elementSize * this.view.getUint32(vector, true);
    if (vector + 4 + size > this.bytes.byteLength) {
      throw new RangeError("a vector is longer than its file");
    }
    return this.bytes.subarray(vector + 4, vector + 4 + size);
  }

  text(table: number, index: number): string {
    return new TextDecoder().decode(this.data(table, index));
  }

  /** The 32-bit integers of a vector field, as a view that writes through to the file. */
  integers(table: number, index: number): DataView {
    const data = this.data(table, index, 4);
    return new DataView(data.buffer, data.byteOffset, data.byteLength);
  }
}
