// Pure: runs in browsers too.
import type { Correlated } from '../correlation/correlate';

/** Bits of a span's flags. */
export const FLAG_FAILED = 1;
export const FLAG_CRITICAL = 2;
export const FLAG_ORPHAN = 4;
export const FLAG_IMPLAUSIBLE = 8;
/** An exception is recorded, and nothing says how it ended. */
export const FLAG_EXCEPTION = 16;
/** No end of it was received. */
export const FLAG_OPEN = 32;

/** The shape of a request without its words: one entry a span, in the order of the page. */
export interface Columns {
  readonly count: number;
  readonly services: readonly string[];
  readonly parent: Int32Array;
  readonly lane: Uint16Array;
  readonly service: Uint16Array;
  readonly flags: Uint8Array;
  /** Nanoseconds from the start of the window, and long. */
  readonly start: Float64Array;
  readonly duration: Float64Array;
}

export function columnsOf(request: Correlated): Columns {
  const { nodes } = request.tree;
  const services = new Map<string, number>();
  const serviceOf = (name: string) =>
    services.get(name) ??
    (services.set(name, Math.min(services.size, 65_535)), services.get(name)!);
  return {
    count: nodes.length,
    parent: Int32Array.from(nodes, (node) => node.parent),
    lane: Uint16Array.from(nodes, (node) => node.lane),
    service: Uint16Array.from(nodes, (node) => serviceOf(node.span.service)),
    flags: Uint8Array.from(
      nodes,
      (node, index) =>
        (node.span.outcome === 'failed' ? FLAG_FAILED : 0) |
        (request.critical[index] ? FLAG_CRITICAL : 0) |
        (node.orphan ? FLAG_ORPHAN : 0) |
        (node.span.implausible ? FLAG_IMPLAUSIBLE : 0) |
        (node.span.outcome === 'exception' ? FLAG_EXCEPTION : 0) |
        (node.span.ended ? 0 : FLAG_OPEN),
    ),
    start: request.start,
    duration: request.duration,
    services: [...services.keys()],
  };
}

const MAGIC = 0x544c4331; // "TLC1"

/**
 * Little endian: magic, count, length of the service names (JSON, UTF-8, padded to eight bytes) as
 * 32-bit numbers and four bytes of nothing; the names; then the arrays, widest first: start,
 * duration (64-bit floats), parent (32), lane, service (16), flags (8).
 */
export function encodeColumns(columns: Columns): Uint8Array<ArrayBuffer> {
  const names = new TextEncoder().encode(JSON.stringify(columns.services));
  const padded = Math.ceil(names.length / 8) * 8;
  const bytes = new Uint8Array(16 + padded + columns.count * 25);
  new Uint32Array(bytes.buffer, 0, 4).set([MAGIC, columns.count, names.length, 0]);
  bytes.set(names, 16);
  let at = 16 + padded;
  for (const array of [
    columns.start,
    columns.duration,
    columns.parent,
    columns.lane,
    columns.service,
    columns.flags,
  ]) {
    bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), at);
    at += array.byteLength;
  }
  return bytes;
}

/** @throws RangeError if the bytes are not what `encodeColumns` makes. */
export function decodeColumns(buffer: ArrayBuffer): Columns {
  if (buffer.byteLength < 16) throw new RangeError('not columns');
  const [magic, count, length] = new Uint32Array(buffer, 0, 4) as unknown as [
    number,
    number,
    number,
  ];
  let at = 16 + Math.ceil(length / 8) * 8;
  if (magic !== MAGIC || buffer.byteLength !== at + count * 25) throw new RangeError('not columns');
  const take = <Result>(
    make: new (buffer: ArrayBuffer, offset: number, length: number) => Result,
    width: number,
  ): Result => {
    const array = new make(buffer, at, count);
    at += width * count;
    return array;
  };
  return {
    count,
    services: JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 16, length))) as string[],
    start: take(Float64Array, 8),
    duration: take(Float64Array, 8),
    parent: take(Int32Array, 4),
    lane: take(Uint16Array, 2),
    service: take(Uint16Array, 2),
    flags: take(Uint8Array, 1),
  };
}
