import { type Clock } from '#libs/kernel';
import { Metrics } from '#libs/observability';
import { type DocumentState } from '../domain/document-state.js';
import { ClaimedDocuments } from './claimed-documents.js';

const NOON = Date.parse('2026-11-20T12:00:00.000Z');
const HOUR_MS = 3_600_000;

let now: number;
let metrics: Metrics;
let claimed: ClaimedDocuments;

beforeEach(() => {
  now = NOON;
  metrics = new Metrics();
  claimed = new ClaimedDocuments({ now: () => new Date(now) } as Clock, metrics);
});

function stateOf(id: string, isClaimed: boolean, revision = 1): DocumentState {
  const claim = isClaimed ? { reviewerId: 'somebody', until: new Date(NOON + HOUR_MS) } : null;
  return { id, claim, revision } as unknown as DocumentState;
}

describe('claimed documents', () => {
  it('are remembered as the last claim left them', () => {
    claimed.remember(stateOf('a', true, 2));
    claimed.remember(stateOf('a', true, 3));
    expect(claimed.recall('a')).toMatchObject({ revision: 3 });
    expect(claimed.recall('b')).toBeNull();
  });

  it('are forgotten when something else is done to them', () => {
    claimed.remember(stateOf('a', true));
    claimed.remember(stateOf('a', false));
    expect(claimed.recall('a')).toBeNull();
  });

  it('are forgotten when the claim ends', async () => {
    claimed.remember(stateOf('a', true));
    now = NOON + HOUR_MS - 1;
    expect(claimed.recall('a')).not.toBeNull();
    now = NOON + HOUR_MS;
    expect(claimed.recall('a')).toBeNull();
    expect(await metrics.text()).toContain('veritrail_cache_entries{cache="claimed_documents"} 0');
  });

  it('are a thousand at most, without those that were claimed first', () => {
    for (let n = 0; n < 1000; n += 1) claimed.remember(stateOf(`document ${n}`, true));
    claimed.remember(stateOf('document 0', true));
    claimed.remember(stateOf('another', true));
    const known = ['document 0', 'document 1', 'document 2', 'another'].map(
      (id) => claimed.recall(id) !== null,
    );
    expect(known).toEqual([true, false, true, true]);
  });

  it('are counted as found or looked up', async () => {
    claimed.remember(stateOf('a', true));
    for (const id of ['a', 'b', 'c']) claimed.recall(id);
    const text = await metrics.text();
    expect(text).toContain('veritrail_cache_lookups_total{cache="claimed_documents",result="hit"} 1');
    expect(text).toContain('veritrail_cache_lookups_total{cache="claimed_documents",result="miss"} 2');
    expect(text).toContain('veritrail_cache_entries{cache="claimed_documents"} 1');
  });
});
