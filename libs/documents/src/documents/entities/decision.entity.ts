import { Column, Entity, PrimaryColumn } from 'typeorm';
import { type DecisionOutcome } from '../../domain/document-state.js';

/** `documents.decisions`: at most one per review round, which the database itself enforces. Never updated. */
@Entity({ schema: 'documents', name: 'decisions' })
export class DecisionEntity {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'uuid', name: 'document_id' })
  documentId!: string;

  @Column({ type: 'integer', name: 'review_round' })
  reviewRound!: number;

  @Column({ type: 'integer', name: 'version_number' })
  versionNumber!: number;

  @Column({ type: 'bytea', name: 'version_sha256' })
  versionSha256!: Buffer;

  @Column({ type: 'text' })
  outcome!: DecisionOutcome;

  @Column({ type: 'uuid', name: 'decided_by' })
  decidedBy!: string;

  @Column({ type: 'timestamptz', name: 'decided_at' })
  decidedAt!: Date;

  @Column({ type: 'text', name: 'reason_code', nullable: true })
  reasonCode!: string | null;

  @Column({ type: 'text', nullable: true })
  message!: string | null;

  @Column({ type: 'text', nullable: true })
  note!: string | null;
}
