import { getSchemaPath } from '@nestjs/swagger';
import { type OperationMetadata } from '#libs/http';
import { NotFoundError } from '#libs/kernel';
import { ProblemKindListView, ProblemKindView } from './problem-kind.view.js';

const EXAMPLE: ProblemKindView = {
  type: '/problems/not-found',
  code: 'NOT_FOUND',
  status: 404,
  title: 'Not found',
  about:
    'Nothing exists at this address, or you are not allowed to see it. The response is the same in both cases.',
};
const PAGE = { schema: { type: 'string' }, example: '<!doctype html>…' };
const HEADERS = { Vary: '`Accept`: the response depends on this request header.' };

export const LIST_PROBLEMS: OperationMetadata = {
  id: 'listProblems',
  summary: 'List all kinds of problems',
  description: 'The response is an HTML page if `Accept` prefers `text/html`.',
  access: 'public',
  success: {
    status: 200,
    description: 'All kinds of problems.',
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
  summary: 'Read the documentation of a problem',
  description:
    'The `type` of every problem links to this address. The response is an HTML page if `Accept` prefers `text/html`.',
  access: 'public',
  success: {
    status: 200,
    description: 'When the problem occurs and what the client can do.',
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
