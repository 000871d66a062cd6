import { type Code, unsigned } from './instructions.js';

/** What @types/node leaves out of what Node has. */
declare const WebAssembly:
  | {
      readonly Module: new (bytes: Uint8Array) => object;
      readonly Instance: new (module: object) => { readonly exports: Record<string, unknown> };
      validate(bytes: Uint8Array): boolean;
    }
  | undefined;

const PAGE = 65_536;
const [I32, V128] = [0x7f, 0x7b];

/** A function of 32-bit integers, and how large the memory is on which it works. */
export interface ProgramText {
  readonly parameters: number;
  readonly results: number;
  /** Locals behind the parameters: first those that are integers, then those that are vectors. */
  readonly integers: number;
  readonly vectors: number;
  readonly body: Code;
  readonly memoryBytes: number;
}

export interface Program {
  readonly run: (...parameters: number[]) => number;
  /** It never grows, so that what lies in it stays where it is. Pages to which nobody writes cost nothing. */
  readonly memory: Buffer;
}

/** A program that can be run, or null where there is no WebAssembly, or one without vectors. */
export function startProgram(text: ProgramText): Program | null {
  const bytes = Uint8Array.from(moduleOf(text));
  if (typeof WebAssembly === 'undefined' || !WebAssembly.validate(bytes)) return null;
  const { memory, run } = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;
  return { run: run as Program['run'], memory: Buffer.from((memory as { buffer: ArrayBuffer }).buffer) };
}

/** A module with one type, one function and one memory, and both exported (core specification 2.0, section 5.5). */
function moduleOf({ body, integers, memoryBytes, parameters, results, vectors }: ProgramText): number[] {
  const integerTypes = (count: number): Code => counted(Array.from({ length: count }, () => I32));
  const locals = [2, unsigned(integers), I32, unsigned(vectors), V128];
  return flat([
    [...Buffer.from('\0asm\u0001\0\0\0')],
    section(1, [1, 0x60, integerTypes(parameters), integerTypes(results)]),
    section(3, [1, 0]),
    section(5, [1, 0, unsigned(Math.ceil(memoryBytes / PAGE))]),
    section(7, [2, name('memory'), 2, 0, name('run'), 0, 0]),
    section(10, [1, counted([locals, body, 0x0b])]),
  ]);
}

const section = (id: number, content: Code): Code => [id, counted(content)];
const name = (text: string): Code => counted([...Buffer.from(text)]);

/** Bytes behind their number. */
function counted(code: Code): Code {
  const bytes = flat(code);
  return [unsigned(bytes.length), bytes];
}

function flat(code: Code, bytes: number[] = []): number[] {
  if (typeof code === 'number') bytes.push(code);
  else {
    // A call for each byte would take longer than all the rest of the start.
    for (const piece of code) {
      if (typeof piece === 'number') bytes.push(piece);
      else flat(piece, bytes);
    }
  }
  return bytes;
}
