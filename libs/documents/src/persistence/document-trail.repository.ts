import { NotFoundError } from '#libs/kernel';
import { UnitOfWork } from '#libs/postgres';
import { Injectable } from '@nestjs/common';
import { LessThan } from 'typeorm';
import { type Decision, type DocumentVersion, type HistoryItem } from '../domain/document-state.js';
import { DecisionEntity } from '../entities/decision.entity.js';
import { HistoryEntity } from '../entities/history.entity.js';
import { VersionEntity } from '../entities/version.entity.js';

/**
 * What a document leaves behind: versions, decisions, history, each newest first and continued below a number that the
 * document itself gave out, so that no clock decides the order. Callers make sure that the reader may know the document.
 */
@Injectable()
export class DocumentTrailRepository {
  constructor(private readonly uow: UnitOfWork) {}

  async versions(documentId: string, below: number, limit: number): Promise<DocumentVersion[]> {
    const manager = await this.uow.reader();
    const rows = await manager.find(VersionEntity, {
      where: { documentId, number: LessThan(below) },
      order: { number: 'DESC' },
      take: limit + 1,
    });
    return rows.map((row) => ({
      number: row.number,
      sha256: row.sha256.toString('hex'),
      size: Number(row.size),
      mediaType: row.mediaType,
      fileName: row.fileName,
      storageKey: row.storageKey,
      uploadedBy: row.uploadedBy,
      createdAt: row.createdAt,
    }));
  }

  async decisions(documentId: string, below: number, limit: number): Promise<Decision[]> {
    const manager = await this.uow.reader();
    const rows = await manager.find(DecisionEntity, {
      where: { documentId, reviewRound: LessThan(below) },
      order: { reviewRound: 'DESC' },
      take: limit + 1,
    });
    return rows.map(toDecision);
  }

  async findNewestDecision(documentId: string): Promise<Decision | null> {
    const manager = await this.uow.reader();
    const [row] = await manager.find(DecisionEntity, {
      where: { documentId },
      order: { reviewRound: 'DESC' },
      take: 1,
    });
    return row ? toDecision(row) : null;
  }

  /** Throws `NotFoundError` unless this decision was made about this document. */
  async requireDecision(documentId: string, id: string): Promise<void> {
    const manager = await this.uow.reader();
    const isThere = await manager.existsBy(DecisionEntity, { documentId, id });
    if (!isThere) throw new NotFoundError('There is no such decision about this document');
  }

  async history(documentId: string, below: number, limit: number): Promise<HistoryItem[]> {
    const manager = await this.uow.reader();
    const rows = await manager.find(HistoryEntity, {
      where: { documentId, revision: LessThan(below) },
      order: { revision: 'DESC' },
      take: limit + 1,
    });
    return rows.map((row) => ({
      revision: row.revision,
      action: row.action,
      fromStatus: row.fromStatus,
      toStatus: row.toStatus,
      version: row.versionNumber,
      by: row.actorId,
      at: row.occurredAt,
      reasonCode: row.reasonCode,
      message: row.message,
      note: row.note,
      decisionId: row.decisionId,
    }));
  }
}

function toDecision(row: DecisionEntity): Decision {
  return {
    id: row.id,
    reviewRound: row.reviewRound,
    versionNumber: row.versionNumber,
    versionSha256: row.versionSha256.toString('hex'),
    outcome: row.outcome,
    by: row.decidedBy,
    at: row.decidedAt,
    reasonCode: row.reasonCode,
    message: row.message,
    note: row.note,
  };
}
