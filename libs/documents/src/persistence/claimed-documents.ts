import { type DocumentState } from '../domain/document-state.js';

/** Beyond that the oldest claim is forgotten: its decision costs one more look. */
const MOST = 1000;

/**
 * What documents looked like when this process committed a claim of them. Whoever claims a document decides about it next,
 * and nearly always nothing happened to it meanwhile. Nobody may be told anything because of what is remembered here: it
 * is good for a change that fails when the document is at another revision by now, and for nothing else.
 */
export class ClaimedDocuments {
  /** Those that were claimed first come first. */
  private readonly states = new Map<string, DocumentState>();

  constructor(private readonly most = MOST) {}

  /** What a change left, which is only worth remembering while it is claimed. */
  remember(state: DocumentState): void {
    this.states.delete(state.id);
    if (state.claim === null) return;
    this.states.set(state.id, state);
    const [oldest] = this.states.keys();
    if (this.states.size > this.most && oldest !== undefined) this.states.delete(oldest);
  }

  recall(id: string): DocumentState | null {
    return this.states.get(id) ?? null;
  }
}
