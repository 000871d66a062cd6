import { UnitOfWork } from '#libs/kernel';
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
    return rows.map(({ sha256, size, documentId: _, ...version }) => ({
      ...version,
      sha256: sha256.toString('hex'),
      size: Number(size),
    }));
  }

  async decisions(documentId: string, below: number, limit: number): Promise<Decision[]> {
    const manager = await this.uow.reader();
    const rows = await manager.find(DecisionEntity, {
      where: { documentId, reviewRound: LessThan(below) },
      order: { reviewRound: 'DESC' },
      take: limit + 1,
    });
    return rows.map(({ versionSha256, decidedBy, decidedAt, documentId: _, ...decision }) => ({
      ...decision,
      versionSha256: versionSha256.toString('hex'),
      by: decidedBy,
      at: decidedAt,
    }));
  }

  async history(documentId: string, below: number, limit: number): Promise<HistoryItem[]> {
    const manager = await this.uow.reader();
    const rows = await manager.find(HistoryEntity, {
      where: { documentId, revision: LessThan(below) },
      order: { revision: 'DESC' },
      take: limit + 1,
    });
    return rows.map(({ versionNumber, actorId, occurredAt, documentId: _, ...item }) => ({
      ...item,
      version: versionNumber,
      by: actorId,
      at: occurredAt,
    }));
  }
}
