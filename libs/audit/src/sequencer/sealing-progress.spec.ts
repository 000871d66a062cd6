import { progressAfter, type SealingProgress, snapshotParts } from './sealing-progress.js';

const PROGRESS: SealingProgress = { cluster: 'c', seen: '10:20:12,15', next: null };
const PLACE = { xid: '21', id: '019aa099-69c0-7a3e-9a55-3f1f0d8f6f10' };

describe('snapshotParts', () => {
  it('parses a pg_snapshot', () => {
    expect(snapshotParts('10:20:12,15')).toEqual({ xmax: '20', running: ['12', '15'] });
    expect(snapshotParts('7:7:')).toEqual({ xmax: '7', running: [] });
  });

  it.each(['', '10:20', 'a:b:c', '10:20:12;15'])('rejects %p', (text) => {
    expect(() => snapshotParts(text)).toThrow('This is not a valid pg_snapshot');
  });
});

describe('progressAfter', () => {
  it('is the newer snapshot once all entries that it sees are sealed', () => {
    expect(progressAfter(PROGRESS, '20:30:22', PLACE, true)).toEqual({
      cluster: 'c',
      seen: '20:30:22',
      next: null,
    });
    expect(progressAfter(PROGRESS, '20:30:22', undefined, true).seen).toBe('20:30:22');
  });

  it('is a position between two snapshots until then', () => {
    const halfway = progressAfter(PROGRESS, '20:30:22', PLACE, false);
    expect(halfway).toEqual({ ...PROGRESS, next: { snapshot: '20:30:22', upTo: PLACE } });
    expect(progressAfter(halfway, '20:30:22', PLACE, true)).toEqual({
      cluster: 'c',
      seen: '20:30:22',
      next: null,
    });
  });
});
