import { IntersectionType } from '@nestjs/swagger';
import { PageQuery } from '#libs/kernel';
import { AuditFilterQuery } from './audit-filter.query.js';

/** One page of the log. */
export class ListAuditEntriesQuery extends IntersectionType(AuditFilterQuery, PageQuery) {}
