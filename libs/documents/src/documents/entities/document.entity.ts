import { Column, Entity, PrimaryColumn } from 'typeorm';
import { type DocumentStatus } from '../../domain/document-status.js';

/** `documents.documents`: one row per document, locked by every change. */
@Entity({ schema: 'documents', name: 'documents' })
export class DocumentEntity {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'uuid', name: 'owner_id', update: false })
  ownerId!: string;

  @Column({ type: 'text' })
  title!: string;

  @Column({ type: 'text' })
  type!: string;

  @Column({ type: 'jsonb', default: {} })
  metadata!: Readonly<Record<string, string>>;

  @Column({ type: 'text' })
  status!: DocumentStatus;

  @Column({ type: 'integer', name: 'current_version' })
  currentVersion!: number;

  @Column({ type: 'integer', name: 'review_round', default: 1 })
  reviewRound!: number;

  @Column({ type: 'uuid', name: 'reviewer_id', nullable: true })
  reviewerId!: string | null;

  @Column({ type: 'timestamptz', name: 'claimed_until', nullable: true })
  claimedUntil!: Date | null;

  @Column({ type: 'uuid', name: 'barred_reviewers', array: true, default: [] })
  barredReviewers!: string[];

  @Column({ type: 'timestamptz', name: 'valid_until', nullable: true })
  validUntil!: Date | null;

  @Column({ type: 'integer', default: 1 })
  revision!: number;

  @Column({ type: 'timestamptz', name: 'created_at', update: false })
  createdAt!: Date;

  @Column({ type: 'timestamptz', name: 'updated_at' })
  updatedAt!: Date;
}
