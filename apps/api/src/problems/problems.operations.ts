import { getSchemaPath } from '@nestjs/swagger';
import { type OperationMetadata } from '#libs/http';
import { NotFoundError } from '#libs/kernel';
import { ProblemKindListView, ProblemKindView } from './problem-kind.view.js';

const EXAMPLE: ProblemKindView = {
  type: '/problems/not-found',
  code: 'NOT_FOUND',
  status: 404,
  title: 'Not found',
  about: 'There is nothing at this address, or nothing that you may know about.',
};
const PAGE = { schema: { type: 'string' }, example: '<!doctype html>…' };
const HEADERS = { Vary: 'The answer depends on `Accept`.' };

export const LIST_PROBLEMS: OperationMetadata = {
  id: 'listProblems',
  summary: 'Every kind of problem',
  description: 'A page for people where `Accept` prefers `text/html`.',
  access: 'public',
  success: {
    status: 200,
    description: 'The kinds, by code.',
    content: {
      'application/json': {
        schema: { $ref: getSchemaPath(ProblemKindListView) },
        example: { items: [EXAMPLE] },
      },
      'text/html': PAGE,
    },
    headers: HEADERS,
    caching: 'public, max-age=300',
    tagged: true,
  },
};

export const GET_PROBLEM: OperationMetadata = {
  id: 'getProblem',
  summary: 'One kind of problem',
  description:
    'What the `type` of a problem points to. A page for people where `Accept` prefers `text/html`.',
  access: 'public',
  success: {
    status: 200,
    description: 'When it happens, and what to do.',
    content: {
      'application/json': { schema: { $ref: getSchemaPath(ProblemKindView) }, example: EXAMPLE },
      'text/html': PAGE,
    },
    headers: HEADERS,
    caching: 'public, max-age=300',
    tagged: true,
  },
  problems: [NotFoundError],
};
