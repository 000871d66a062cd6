import { Column, Entity, PrimaryColumn } from 'typeorm';

/** `documents.versions`: the bytes that were uploaded. Never updated. */
@Entity({ schema: 'documents', name: 'versions' })
export class VersionEntity {
  @PrimaryColumn({ type: 'uuid', name: 'document_id' })
  documentId!: string;

  @PrimaryColumn({ type: 'integer' })
  number!: number;

  @Column({ type: 'bytea' })
  sha256!: Buffer;

  /** PostgreSQL's bigint arrives as text. */
  @Column({ type: 'bigint' })
  size!: string;

  @Column({ type: 'bigint', name: 'trailing_bytes', nullable: true })
  trailingBytes!: string | null;

  @Column({ type: 'text', name: 'media_type' })
  mediaType!: string;

  @Column({ type: 'text', name: 'file_name' })
  fileName!: string;

  @Column({ type: 'uuid', name: 'storage_key', unique: true })
  storageKey!: string;

  @Column({ type: 'uuid', name: 'uploaded_by' })
  uploadedBy!: string;

  @Column({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;
}
