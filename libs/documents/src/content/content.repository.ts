import { Injectable } from '@nestjs/common';
import { NotFoundError } from '#libs/kernel';
import { UnitOfWork } from '#libs/postgres';
import { type ExpectedContent } from './verified-reader.js';

/** A version that can be downloaded. */
export interface StoredContent extends ExpectedContent {
  readonly documentId: string;
  readonly ownerId: string;
  readonly version: number;
  readonly mediaType: string;
  readonly fileName: string;
}

interface Row {
  owner_id: string;
  number: number;
  sha256: string;
  size: string;
  media_type: string;
  file_name: string;
  storage_key: string;
}

/** Where the bytes of versions are stored, and their expected hash and size. */
@Injectable()
export class ContentRepository {
  constructor(private readonly uow: UnitOfWork) {}

  /**
   * The version with this number; null means the current version. Throws the same `NotFoundError` for a document that does
   * not exist and for one that does not belong to `visibleOwner`; null means all owners.
   */
  async get(documentId: string, version: number | null, visibleOwner: string | null): Promise<StoredContent> {
    const [row] = await this.uow.read<Row>(
      `SELECT d.owner_id, v.number, encode(v.sha256, 'hex') AS sha256, v.size, v.media_type, v.file_name, v.storage_key
       FROM documents.documents d
       JOIN documents.versions v ON v.document_id = d.id AND v.number = COALESCE($2::integer, d.current_version)
       WHERE d.id = $1 AND ($3::uuid IS NULL OR d.owner_id = $3)`,
      [documentId, version, visibleOwner],
    );
    if (!row) throw new NotFoundError('There is no such document or version');
    return {
      documentId,
      ownerId: row.owner_id,
      version: row.number,
      sha256: row.sha256,
      size: Number(row.size),
      mediaType: row.media_type,
      fileName: row.file_name,
      storageKey: row.storage_key,
    };
  }
}
