import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import request from 'supertest';
import { createApp } from '../../apps/api/src/app.configure.js';
import { edgeConfiguration } from '../support/edge.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';

let database: TestDatabase;
let app: NestFastifyApplication;

beforeAll(async () => {
  database = await createTestDatabase();
  app = await createApp(edgeConfiguration(database.url));
});

afterAll(async () => {
  await app?.close();
  await database?.drop();
});

describe('the edge', () => {
  it('says that it lives', async () => {
    const answer = await request(app.getHttpServer()).get('/health/live');
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ status: 'ok' });
  });

  it('answers an unknown address with a problem', async () => {
    const answer = await request(app.getHttpServer()).get('/v1/nothing?token=secret');
    expect(answer.status).toBe(404);
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(answer.body).toMatchObject({
      type: '/problems/not-found',
      code: 'NOT_FOUND',
      instance: '/v1/nothing',
      requestId: answer.headers['x-request-id'],
    });
  });
});
