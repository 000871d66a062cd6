import { type Code, get, i32, i8x16, repeat, set, v128, when } from './instructions.js';
import { type ProgramText } from './program.js';

/*
 * Whether bytes fit a pattern, sixteen at a time. Each must lie in the range of its place, and none may be a backslash. Groups
 * with places that allow fewer bytes than their range has are looked at once more: both halves of a byte must have a bit of
 * the set of its place.
 */

export const GROUP = 16;
/** A pattern has, of each group, the lowest bytes and the highest. The last group ends with the last byte, and may overlap. */
export const RANGES_BYTES = 2 * GROUP;
/** Behind them, of each group with sets: where it begins, and the first and the second byte of the set of each place. */
export const SETS_BYTES = 4 + 2 * GROUP;
/** At the beginning of the memory: the first bytes of the bits of low and high halves, then the second bytes. */
export const HALVES_BYTES = 4 * GROUP;

const BACKSLASH = 0x5c;

/** The parameters: where the bytes are, how many, which are more than a group; the pattern; and its groups with sets. */
const [BYTES, LENGTH, PATTERN, GROUPS_WITH_SETS] = [0, 1, 2, 3];
const [AT, LAST] = [4, 5];
const [GROUP_BYTES, WRONG] = [6, 7];

const add = (local: number, count: number): Code => set(local, i32.add(get(local), i32.const(count)));
const addWrong = (wrong: Code): Code => set(WRONG, v128.or(get(WRONG), wrong));
const isRight = i32.isZero(v128.isAnySet(get(WRONG)));

/** What is clamped to its range and then is another was not in it. */
function checkRanges(): Code {
  const [lowest, highest] = [v128.load(get(PATTERN)), v128.load(get(PATTERN), GROUP)];
  const clamped = i8x16.min(i8x16.max(get(GROUP_BYTES), lowest), highest);
  return [
    set(GROUP_BYTES, v128.load(i32.add(get(BYTES), get(AT)))),
    addWrong(i8x16.equals(get(GROUP_BYTES), i8x16.splat(i32.const(BACKSLASH)))),
    addWrong(v128.xor(get(GROUP_BYTES), clamped)),
    add(PATTERN, RANGES_BYTES),
  ];
}

function checkSets(): Code {
  const low = v128.and(get(GROUP_BYTES), i8x16.splat(i32.const(0x0f)));
  const high = i8x16.shiftRight(get(GROUP_BYTES), 4);
  const common = (half: number): Code => {
    const halves = (which: number): Code => v128.load(i32.const(GROUP * (2 * half + which)));
    const bits = v128.and(i8x16.swizzle(halves(0), low), i8x16.swizzle(halves(1), high));
    return v128.and(bits, v128.load(get(PATTERN), 4 + GROUP * half));
  };
  return [
    set(GROUP_BYTES, v128.load(i32.add(get(BYTES), i32.load(get(PATTERN))))),
    addWrong(i8x16.equals(v128.or(common(0), common(1)), v128.zero)),
    add(PATTERN, SETS_BYTES),
  ];
}

/** A program that returns 1 or 0. Most bytes fit: to look after each group whether they still do would cost more than it saves. */
export function fittingBytes(memoryBytes: number): ProgramText {
  return {
    parameters: 4,
    results: 1,
    integers: 2,
    vectors: 2,
    memoryBytes,
    body: [
      set(LAST, i32.sub(get(LENGTH), i32.const(GROUP))),
      repeat([checkRanges(), add(AT, GROUP)], i32.below(get(AT), get(LAST))),
      set(AT, get(LAST)),
      checkRanges(),
      when(
        i32.and(isRight, i32.below(i32.const(0), get(GROUPS_WITH_SETS))),
        repeat([checkSets(), add(GROUPS_WITH_SETS, -1)], get(GROUPS_WITH_SETS)),
      ),
      isRight,
    ],
  };
}
