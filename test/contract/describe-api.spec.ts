import { type OpenAPIObject } from '@nestjs/swagger';
import { type ResponseObject } from '../../apps/api/src/openapi/operations.js';
import { NotesController } from '../fixtures/contract/notes.controller.js';
import { describeControllers } from '../support/preview.js';

describe('describeApi', () => {
  let document: OpenAPIObject;
  beforeAll(async () => {
    document = await describeControllers([NotesController]);
  });
  const create = () => document.paths['/v1/notes']?.post;

  it('gives the same document every time', async () => {
    expect(JSON.stringify(await describeControllers([NotesController]))).toBe(JSON.stringify(document));
  });

  it('allows additional properties only in problems', () => {
    const open = Object.entries(document.components?.schemas ?? {}).filter(
      ([, schema]) => !('additionalProperties' in schema),
    );
    expect(open.map(([name]) => name)).toEqual(['Problem']);
  });

  it('keeps null among the values of a nullable enumeration', () => {
    expect(document.components?.schemas?.['CreateNoteDto']).toMatchObject({
      properties: { level: { type: ['string', 'null'], enum: ['low', 'high', null] } },
    });
  });

  it('omits unreferenced schemas', () => {
    expect(Object.keys(document.components?.schemas ?? {})).toEqual([
      'CreateNoteDto',
      'NoteListView',
      'NoteView',
      'Problem',
      'ProblemField',
    ]);
    expect(Object.keys(document.components?.headers ?? {})).not.toContain('Unused');
  });

  it('builds a request example from the required members', () => {
    expect(create()?.requestBody).toMatchObject({
      content: { 'application/json': { example: { text: 'Buy milk' } } },
    });
  });

  it('documents the headers of a response that creates a resource', () => {
    expect(Object.keys((create()?.responses['201'] as ResponseObject).headers ?? {})).toEqual([
      'X-Request-Id',
      'RateLimit-Policy',
      'RateLimit',
      'Audit-Checkpoint',
      'Location',
      'ETag',
      'Idempotency-Replayed',
    ]);
  });

  it('documents a conditional read of resources with an ETag', () => {
    const read = document.paths['/v1/notes/{id}']?.get;
    expect(read?.parameters).toContainEqual(expect.objectContaining({ name: 'If-None-Match', in: 'header' }));
    expect(read?.responses).toHaveProperty('304');
    expect(document.paths['/v1/notes']?.get?.responses).not.toHaveProperty('304');
  });

  it('defines shared responses once', () => {
    expect(create()?.responses['400']).toEqual({ $ref: '#/components/responses/BadRequest' });
  });

  it('requires a token except on public operations', () => {
    expect(document.security).toEqual([{ accessToken: [] }]);
    expect(create()).not.toHaveProperty('security');
    expect(document.paths['/v1/notes/latest']?.get?.security).toEqual([]);
  });
});
