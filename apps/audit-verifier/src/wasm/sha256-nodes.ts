import { type Code, get, i32, i32x4, repeat, set, v128, when } from './instructions.js';
import { type ProgramText } from './program.js';

/*
 * SHA-256 (FIPS 180-4, sections 4.1.2 and 6.2) of four nodes of the tree at a time, one in each 32-bit lane of a vector. A
 * node is 0x01 || left || right (RFC 6962 section 2.1), 65 bytes, and so with its padding always two blocks.
 */

const BLOCK_WORDS = 16;
const ROUNDS = 64;
const HASH_WORDS = 8;
const LANES = 4;
const WORD = 4;
const HASH_BYTES = HASH_WORDS * WORD;
const PAIR_BYTES = 2 * HASH_BYTES;

/** Where the program finds the constants, and behind them room for the hashes. */
const [H, K] = [0, HASH_WORDS * WORD];
export const CONSTANTS = Uint32Array.from([
  ...fractions(HASH_WORDS, Math.sqrt),
  ...fractions(ROUNDS, Math.cbrt),
]);
export const ROOM = 512;

/** The first 32 bits behind the point of roots of the first primes (FIPS 180-4, sections 4.2.2 and 5.3.3). */
function fractions(count: number, root: (prime: number) => number): number[] {
  const primes: number[] = [];
  for (let n = 2; primes.length < count; n++) if (primes.every((prime) => n % prime > 0)) primes.push(n);
  return primes.map((prime) => Math.floor((root(prime) % 1) * 2 ** 32));
}

/** The parameters: pairs of hashes from here become hashes of nodes from there on, four pairs so many times. */
const [FROM, TO, FOURS] = [0, 1, 2];
const [ROUND, BLOCK] = [3, 4];
const STATE = locals(5, HASH_WORDS);
const BEFORE = locals(13, HASH_WORDS);
const W = locals(21, BLOCK_WORDS);
const T = 37;
const [TURN_P, TURN_Q, TURN_R, TURN_S] = [38, 39, 40, 41];

function locals(first: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, place) => first + place);
}

const at = (group: readonly number[], place: number): number => Number(group[place % group.length]);
const fours = (group: readonly number[]): number[][] =>
  locals(0, group.length / LANES).map((four) => group.slice(LANES * four, LANES * (four + 1)));

const inAllLanes = (word: number): Code => i32x4.splat(i32.const(word));
const sum = (...terms: readonly Code[]): Code => terms.reduce(i32x4.add);

const shr = i32x4.shiftRight;
const rotr = (x: Code, bits: number): Code => v128.or(shr(x, bits), i32x4.shiftLeft(x, 32 - bits));
const xor3 = (x: Code, y: Code, z: Code): Code => v128.xor(v128.xor(x, y), z);
const ch = (x: Code, y: Code, z: Code): Code => v128.select(x, y, z);
const maj = (x: Code, y: Code, z: Code): Code => v128.select(v128.xor(x, y), z, y);
const sum0 = (x: Code): Code => xor3(rotr(x, 2), rotr(x, 13), rotr(x, 22));
const sum1 = (x: Code): Code => xor3(rotr(x, 6), rotr(x, 11), rotr(x, 25));
const sigma0 = (x: Code): Code => xor3(rotr(x, 7), rotr(x, 18), shr(x, 3));
const sigma1 = (x: Code): Code => xor3(rotr(x, 17), rotr(x, 19), shr(x, 10));

/** W[t], in the place of W[t - 16], of which there is no more need. */
function schedule(t: number): Code {
  const w = (back: number): Code => get(at(W, t + BLOCK_WORDS - back));
  return set(at(W, t), sum(sigma1(w(2)), w(7), sigma0(w(15)), w(16)));
}

/** Round t of sixteen. No variable is moved: the local that is `a` in one round is `b` in the next. */
function round(t: number): Code {
  const variable = (place: number): number => at(STATE, place + BLOCK_WORDS - t);
  const [a, b, c, d, e, f, g, h] = [0, 1, 2, 3, 4, 5, 6, 7].map((place) => get(variable(place))) as Variables;
  const k = i32x4.loadSplat(get(ROUND), K + WORD * t);
  return [
    set(T, sum(h, sum1(e), ch(e, f, g), k, get(at(W, t)))),
    set(variable(3), sum(d, get(T))),
    set(variable(7), sum(get(T), sum0(a), maj(a, b, c))),
  ];
}
type Variables = [Code, Code, Code, Code, Code, Code, Code, Code];

const HASH_BLOCK: Code = [
  BEFORE.map((before, i) => set(before, get(at(STATE, i)))),
  set(ROUND, i32.const(0)),
  W.map((_, t) => round(t)),
  repeat(
    [
      set(ROUND, i32.add(get(ROUND), i32.const(WORD * BLOCK_WORDS))),
      W.map((_, t) => [schedule(t), round(t)]),
    ],
    i32.below(get(ROUND), i32.const(WORD * (ROUNDS - BLOCK_WORDS))),
  ),
  STATE.map((state, i) => set(state, sum(get(state), get(at(BEFORE, i))))),
];

/** The bytes of each word the other way round: SHA-256 is big-endian, and lanes are not. */
function swap(local: number): Code {
  const bytes = locals(0, LANES).flatMap((word) => [3, 2, 1, 0].map((byte) => WORD * word + byte));
  return set(local, v128.shuffle(get(local), get(local), bytes));
}

/** Word i of vector j becomes word j of vector i. */
function turn(four: readonly number[]): Code {
  const [w, x, y, z] = four as [number, number, number, number];
  const words = (a: number, b: number, from: readonly number[]): Code =>
    v128.shuffle(
      get(a),
      get(b),
      from.flatMap((word) => [0, 1, 2, 3].map((byte) => WORD * word + byte)),
    );
  return [
    set(TURN_P, words(w, x, [0, 4, 1, 5])),
    set(TURN_Q, words(w, x, [2, 6, 3, 7])),
    set(TURN_R, words(y, z, [0, 4, 1, 5])),
    set(TURN_S, words(y, z, [2, 6, 3, 7])),
    set(w, words(TURN_P, TURN_R, [0, 1, 4, 5])),
    set(x, words(TURN_P, TURN_R, [2, 3, 6, 7])),
    set(y, words(TURN_Q, TURN_S, [0, 1, 4, 5])),
    set(z, words(TURN_Q, TURN_S, [2, 3, 6, 7])),
  ];
}

/** 0x01 || left || right but for its last byte. FROM is one byte before the hashes: what lies there makes room for 0x01. */
const FIRST_BLOCK: Code = [
  fours(W).map((four, quarter) => [
    four.map((w, lane) => set(w, v128.load(get(FROM), PAIR_BYTES * lane + WORD * LANES * quarter))),
    turn(four),
    four.map(swap),
  ]),
  set(at(W, 0), v128.or(v128.and(get(at(W, 0)), inAllLanes(0x00ffffff)), inAllLanes(0x01000000))),
];

/** The last byte of right, the one bit behind the message, zeros, and how many bits the message has. */
const SECOND_BLOCK: Code = [
  set(at(W, 0), v128.or(i32x4.shiftLeft(lastBytes(), 24), inAllLanes(0x00800000))),
  W.slice(1, -1).map((w) => set(w, v128.zero)),
  set(at(W, BLOCK_WORDS - 1), inAllLanes(8 * (1 + PAIR_BYTES))),
];

function lastBytes(): Code {
  const byte = (lane: number): Code => i32.loadByte(get(FROM), PAIR_BYTES * (lane + 1));
  return [1, 2, 3].reduce((lanes, lane) => i32x4.replaceLane(lanes, lane, byte(lane)), i32x4.splat(byte(0)));
}

const FOUR_NODES: Code = [
  STATE.map((state, i) => set(state, i32x4.loadSplat(i32.const(H + WORD * i)))),
  FIRST_BLOCK,
  set(BLOCK, i32.const(0)),
  repeat(
    [when(get(BLOCK), SECOND_BLOCK), HASH_BLOCK, set(BLOCK, i32.add(get(BLOCK), i32.const(1)))],
    i32.below(get(BLOCK), i32.const(2)),
  ),
  STATE.map(swap),
  fours(STATE).map((four, half) => [
    turn(four),
    four.map((state, lane) => v128.store(get(TO), get(state), HASH_BYTES * lane + WORD * LANES * half)),
  ]),
];

/** Reads all of four pairs before it writes their nodes, so that FROM and TO may be the same. */
export const SHA256_NODES: ProgramText = {
  parameters: 3,
  results: 0,
  integers: 2,
  vectors: 37,
  memoryBytes: 16 * 1024,
  body: [
    set(FROM, i32.sub(get(FROM), i32.const(1))),
    repeat(
      [
        FOUR_NODES,
        set(FROM, i32.add(get(FROM), i32.const(LANES * PAIR_BYTES))),
        set(TO, i32.add(get(TO), i32.const(LANES * HASH_BYTES))),
        set(FOURS, i32.sub(get(FOURS), i32.const(1))),
      ],
      get(FOURS),
    ),
  ],
};
