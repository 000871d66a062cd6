import { Clock } from '#libs/kernel';
import { type CacheMetrics, Metrics } from '#libs/observability';
import { Injectable } from '@nestjs/common';
import { leaseLapsed } from '../domain/document-rules.js';
import { type DocumentState } from '../domain/document-state.js';

/** Beyond that the oldest claim is forgotten: its decision costs one more look. */
const CAPACITY = 1000;

/**
 * What documents looked like when this process committed a claim of them, until that claim ends. Whoever claims a document
 * decides about it next, and nearly always nothing happened to it meanwhile. Nobody may be told anything because of what is
 * remembered here: it is good for a change that fails when the document is at another revision by now, and for nothing else.
 */
@Injectable()
export class ClaimedDocuments {
  /** Those that were claimed first come first. */
  private readonly states = new Map<string, DocumentState>();
  private readonly metrics: CacheMetrics;

  constructor(
    private readonly clock: Clock,
    metrics: Metrics,
  ) {
    this.metrics = metrics.cache('claimed_documents', () => this.states.size);
  }

  /** What a change left, which is only worth remembering while it is claimed. */
  remember(state: DocumentState): void {
    this.states.delete(state.id);
    if (state.claim === null) return;
    this.states.set(state.id, state);
    const [oldest] = this.states.keys();
    if (this.states.size > CAPACITY && oldest !== undefined) this.states.delete(oldest);
  }

  recall(id: string): DocumentState | null {
    const state = this.findLiving(id);
    if (state === null) this.metrics.miss();
    else this.metrics.hit();
    return state;
  }

  private findLiving(id: string): DocumentState | null {
    const state = this.states.get(id);
    if (state === undefined || !leaseLapsed(state, this.clock.now())) return state ?? null;
    this.states.delete(id);
    return null;
  }
}
