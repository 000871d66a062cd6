import { type DocumentState } from '../domain/document-state.js';
import { ClaimedDocuments } from './claimed-documents.js';

const AT = new Date('2026-11-20T12:00:00.000Z');

function stateOf(id: string, claimed: boolean, revision = 1): DocumentState {
  const claim = claimed ? { reviewerId: 'somebody', until: AT } : null;
  return { id, claim, revision } as unknown as DocumentState;
}

describe('claimed documents', () => {
  it('are remembered as the last claim left them', () => {
    const claimed = new ClaimedDocuments();
    claimed.remember(stateOf('a', true, 2));
    claimed.remember(stateOf('a', true, 3));
    expect(claimed.recall('a')).toMatchObject({ revision: 3 });
    expect(claimed.recall('b')).toBeNull();
  });

  it('are forgotten when something else is done to them', () => {
    const claimed = new ClaimedDocuments();
    claimed.remember(stateOf('a', true));
    claimed.remember(stateOf('a', false));
    expect(claimed.recall('a')).toBeNull();
  });

  it('are so many at most, without those that were claimed first', () => {
    const claimed = new ClaimedDocuments(2);
    for (const id of ['a', 'b', 'a', 'c']) claimed.remember(stateOf(id, true));
    expect(['a', 'b', 'c'].map((id) => claimed.recall(id) !== null)).toEqual([true, false, true]);
  });
});
