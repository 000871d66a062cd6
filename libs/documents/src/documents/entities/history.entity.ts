import { Column, Entity, PrimaryColumn } from 'typeorm';
import { type HistoryAction } from '../../domain/document-state.js';
import { type DocumentStatus } from '../../domain/document-status.js';

/** `documents.history`: what each revision of a document came from, exactly one row per revision. Never updated. */
@Entity({ schema: 'documents', name: 'history' })
export class HistoryEntity {
  @PrimaryColumn({ type: 'uuid', name: 'document_id' })
  documentId!: string;

  @PrimaryColumn({ type: 'integer' })
  revision!: number;

  @Column({ type: 'text' })
  action!: HistoryAction;

  @Column({ type: 'text', name: 'from_status', nullable: true })
  fromStatus!: DocumentStatus | null;

  @Column({ type: 'text', name: 'to_status' })
  toStatus!: DocumentStatus;

  @Column({ type: 'integer', name: 'version_number' })
  versionNumber!: number;

  @Column({ type: 'uuid', name: 'actor_id', nullable: true })
  actorId!: string | null;

  @Column({ type: 'timestamptz', name: 'occurred_at' })
  occurredAt!: Date;

  @Column({ type: 'text', name: 'reason_code', nullable: true })
  reasonCode!: string | null;

  @Column({ type: 'text', nullable: true })
  message!: string | null;

  @Column({ type: 'text', nullable: true })
  note!: string | null;

  @Column({ type: 'uuid', name: 'decision_id', nullable: true })
  decisionId!: string | null;
}
