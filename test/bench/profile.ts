import { readFileSync } from 'node:fs';

interface Frame {
  readonly functionName: string;
  readonly url: string;
}

/** The format of V8: https://chromedevtools.github.io/devtools-protocol/tot/Profiler/#type-Profile. */
export interface CpuProfile {
  readonly nodes: ReadonlyArray<{
    readonly id: number;
    readonly callFrame: Frame;
    readonly children?: readonly number[];
  }>;
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

export interface Share {
  readonly name: string;
  /** Microseconds spent in its own code. */
  readonly us: number;
}

const NOT_CODE: Readonly<Record<string, string>> = {
  '(garbage collector)': 'garbage collection',
  '(program)': 'native code and system calls',
  '(idle)': 'idle',
  '(root)': 'idle',
};
const NODE_LAYERS: ReadonlyArray<readonly [RegExp, string]> = [
  [/_http|http_|internal\/http/, 'node: http'],
  [/crypto/, 'node: crypto'],
  [/stream|net|tty|dgram/, 'node: sockets and streams'],
  [/fs/, 'node: files'],
  [/async|promise|task_queues|timers|events/, 'node: events, timers, async context'],
];

export function readProfile(file: string): CpuProfile {
  return JSON.parse(readFileSync(file, 'utf8')) as CpuProfile;
}

/** The time by layer, the most expensive first, without idle time. */
export function byLayer(profile: CpuProfile): Share[] {
  return sum(profile, layersOf(profile));
}

/** The time by function, each with its layer. */
export function byFunction(profile: CpuProfile): Share[] {
  const layers = layersOf(profile);
  const names = new Map(
    profile.nodes.map(({ id, callFrame }) => {
      const layer = layers.get(id) ?? '';
      return [id, layer === 'idle' ? layer : `${layer}: ${callFrame.functionName || '(anonymous)'}`];
    }),
  );
  return sum(profile, names);
}

function sum({ samples, timeDeltas }: CpuProfile, names: ReadonlyMap<number, string>): Share[] {
  const totals = new Map<string, number>();
  samples.forEach((id, index) => {
    const name = names.get(id) ?? '';
    totals.set(name, (totals.get(name) ?? 0) + Math.max(0, timeDeltas[index] ?? 0));
  });
  totals.delete('idle');
  return [...totals].map(([name, us]) => ({ name, us })).sort((a, b) => b.us - a.us);
}

/** Built-in functions have no file: their cost is attributed to their caller. */
function layersOf({ nodes }: CpuProfile): Map<number, string> {
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const layers = new Map<number, string>();
  for (const { id } of nodes) {
    let at: number | undefined = id;
    let layer: string | null = null;
    while (layer === null && at !== undefined) {
      layer = layerOf(byId.get(at)!.callFrame);
      at = parents.get(at);
    }
    layers.set(id, layer ?? 'idle');
  }
  return layers;
}

/** Null for functions that count as part of their caller. */
export function layerOf({ functionName, url }: Frame): string | null {
  const special = NOT_CODE[functionName];
  if (special !== undefined && url === '') return special;
  if (url === '') return null;
  // The profiler's own cost.
  if (url.startsWith('node:') && /inspector/.test(url)) return 'idle';
  if (url.startsWith('node:')) {
    return NODE_LAYERS.find(([pattern]) => pattern.test(url))?.[1] ?? 'node: other';
  }
  const [, name] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url) ?? [];
  if (name !== undefined) return name;
  const [, ours] = /\/dist\/((?:libs\/[^/]+|apps\/[^/]+)\/src(?:\/[^/]+(?=\/))?)/.exec(url) ?? [];
  return ours ?? 'the harness’s probe';
}
