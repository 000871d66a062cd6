/*
 * The few instructions of WebAssembly (core specification 2.0, chapter 5, Binary Format) of which the verifier's own
 * programs consist, as expressions: `i32x4.add(a, b)` is the code that leaves the sums of what `a` and `b` leave. A vector
 * has 128 bits; `i32x4` and `i8x16` say as what they are taken. Locals go by number, parameters first.
 */

/** Bytes of code in their order, in pieces of any depth: code is built by putting pieces together, never by copying them. */
export type Code = number | readonly Code[];

const VECTOR = 0xfd;

/** A whole number below 2^32 in LEB128. */
export function unsigned(value: number): Code {
  return value < 0x80 ? value : [(value & 0x7f) | 0x80, unsigned(value >>> 7)];
}

function signed(value: number): Code {
  const isLast = value >= -0x40 && value < 0x40;
  return isLast ? value & 0x7f : [(value & 0x7f) | 0x80, signed(value >> 7)];
}

const vector = (opcode: number): Code => [VECTOR, unsigned(opcode)];
const unary =
  (opcode: Code) =>
  (a: Code): Code => [a, opcode];
const binary =
  (opcode: Code) =>
  (a: Code, b: Code): Code => [a, b, opcode];
/** Loads what lies `offset` bytes behind an address, which need not be a round one. */
const load =
  (opcode: Code) =>
  (address: Code, offset = 0): Code => [address, opcode, 0, unsigned(offset)];

export const i32 = {
  const: (value: number): Code => [0x41, signed(value | 0)],
  isZero: unary(0x45),
  below: binary(0x49),
  add: binary(0x6a),
  sub: binary(0x6b),
  and: binary(0x71),
  load: load(0x28),
  loadByte: load(0x2d),
};

export const v128 = {
  load: load(vector(0x00)),
  store: (address: Code, value: Code, offset = 0): Code => [
    address,
    value,
    vector(0x0b),
    0,
    unsigned(offset),
  ],
  zero: [vector(0x0c), Array.from({ length: 16 }, () => 0)] as Code,
  /** Bytes by number: 0 to 15 are those of `a`, 16 to 31 those of `b`. */
  shuffle: (a: Code, b: Code, bytes: readonly number[]): Code => [a, b, vector(0x0d), bytes],
  and: binary(vector(0x4e)),
  or: binary(vector(0x50)),
  xor: binary(vector(0x51)),
  /** The bits of `a` where `mask` has ones, those of `b` elsewhere. */
  select: (mask: Code, a: Code, b: Code): Code => [a, b, mask, vector(0x52)],
  isAnySet: unary(vector(0x53)),
};

export const i32x4 = {
  /** One word of the memory in all four lanes. */
  loadSplat: load(vector(0x09)),
  splat: unary(vector(0x11)),
  replaceLane: (a: Code, lane: number, value: Code): Code => [a, value, vector(0x1c), lane],
  shiftLeft: (a: Code, bits: number): Code => [a, i32.const(bits), vector(0xab)],
  shiftRight: (a: Code, bits: number): Code => [a, i32.const(bits), vector(0xad)],
  add: binary(vector(0xae)),
};

export const i8x16 = {
  /** The bytes of `a` whose numbers `places` holds, which are below 16. */
  swizzle: (a: Code, places: Code): Code => [a, places, vector(0x0e)],
  splat: unary(vector(0x0f)),
  equals: binary(vector(0x23)),
  shiftRight: (a: Code, bits: number): Code => [a, i32.const(bits), vector(0x6d)],
  min: binary(vector(0x77)),
  max: binary(vector(0x79)),
};

export const get = (local: number): Code => [0x20, unsigned(local)];
export const set = (local: number, value: Code): Code => [value, 0x21, unsigned(local)];

/** Runs the body, and again as long as `again` is not zero behind it. */
export const repeat = (body: Code, again: Code): Code => [0x03, 0x40, body, again, 0x0d, 0, 0x0b];
export const when = (condition: Code, body: Code): Code => [condition, 0x04, 0x40, body, 0x0b];
