import { Body, Controller, Injectable, Param, Post } from '@nestjs/common';
import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Client } from 'pg';
import request from 'supertest';
import { IdempotencyRetention } from '../../libs/idempotency/src/idempotency-retention.js';
import { IdempotencyModule } from '#libs/idempotency';
import { Operation, TextField } from '#libs/http';
import { AuditTrail, Clock, ConflictError, newId } from '#libs/kernel';
import { UnitOfWork } from '#libs/postgres';
import { as, createAuditedApp } from '../support/audited-app.js';
import { useClient, useDatabase } from '../support/describe-api.js';
import { afterwards } from '../support/during-tests.js';

const CREATED = { status: 201, description: 'Done.', location: () => '/v1/orders/1' } as const;
const DECLARED = { summary: 's', audited: 'document.uploaded', idempotent: true, success: CREATED } as const;

class OrderDto {
  @TextField({ description: 'What.', max: 50 })
  item!: string;

  @TextField({ description: 'More.', max: 50, optional: true })
  note?: string;
}

@Injectable()
class Orders {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly audit: AuditTrail,
  ) {}

  async place(item: string): Promise<Record<string, unknown>> {
    const id = newId();
    const manager = await this.uow.manager();
    await manager.query('INSERT INTO public.orders (id, item) VALUES ($1, $2)', [id, item]);
    await manager.query('SELECT pg_sleep(0.05)');
    this.audit.setTarget({ type: 'document', id });
    if (item === 'refused') throw new ConflictError();
    return { id, item, ü: 'ß\u2028"', nested: { z: 1, a: [1.5, null, true] } };
  }
}

@Controller('v1/orders')
class OrdersController {
  constructor(private readonly orders: Orders) {}

  @Post()
  @Operation({ id: 'placeOrder', access: 'document:create', ...DECLARED })
  place(@Body() { item }: OrderDto): Promise<unknown> {
    return this.orders.place(item);
  }

  @Post(':id/lines')
  @Operation({ id: 'addLine', access: 'document:create', ...DECLARED })
  addLine(@Param('id') id: string, @Body() { item }: OrderDto): Promise<unknown> {
    return this.orders.place(`${item} ${id}`);
  }

  @Post('anonymous')
  @Operation({ id: 'placeUnsigned', access: 'public', ...DECLARED })
  unsigned(@Body() { item }: OrderDto): Promise<unknown> {
    return this.orders.place(item);
  }

  @Post('empty')
  @Operation({
    id: 'placeQuietly',
    access: 'document:create',
    ...DECLARED,
    success: { status: 204, description: 'Done.' },
  })
  async quietly(@Body() { item }: OrderDto): Promise<void> {
    await this.orders.place(item);
  }
}

class MovableClock extends Clock {
  static offset = 0;

  override now(): Date {
    return new Date(super.now().getTime() + MovableClock.offset);
  }
}

const ACTOR = newId();
let app: NestFastifyApplication;

const database = useDatabase();
const owner = useClient(() => database.ownerUrl);

beforeAll(async () => {
  await owner.query('CREATE TABLE public.orders (id uuid PRIMARY KEY, item text NOT NULL)');
  await owner.query('GRANT ALL ON public.orders TO veritrail_app');
  app = await createAuditedApp(database.url, {
    controllers: [OrdersController],
    providers: [Orders],
    imports: [IdempotencyModule],
  });
});

afterwards(async () => {
  await app?.close();
});

const place = (key: string | null, body: object, actor = ACTOR, path = '') => {
  const call = request(app.getHttpServer()).post(`/v1/orders${path}`).set(as(actor, 'user'));
  return (key === null ? call : call.set('idempotency-key', key)).send(body);
};
const countOrders = async (item: string): Promise<number> =>
  (await owner.query('SELECT FROM public.orders WHERE item = $1', [item])).rowCount ?? 0;
const countEntries = async (id: string): Promise<number> =>
  (await owner.query('SELECT FROM audit.entries WHERE target_id = $1', [id])).rowCount ?? 0;

describe('an Idempotency-Key', () => {
  it('gives 50 parallel requests one effect and one entry', async () => {
    const key = newId();
    const call = () => place(key, { item: 'fifty' });
    const answers = await Promise.all(Array.from({ length: 50 }, call));
    const late = await call();
    const created = [...answers, late].filter((answer) => answer.status === 201);
    const fresh = created.filter((answer) => answer.headers['idempotency-replayed'] === undefined);
    expect(fresh).toHaveLength(1);
    expect(new Set(created.map((answer) => answer.text)).size).toBe(1);
    expect(late.headers['idempotency-replayed']).toBe('true');
    const others = answers.filter((answer) => answer.status !== 201);
    expect(new Set(others.map((answer) => `${answer.status} ${answer.body.code}`))).toEqual(
      new Set(['409 IDEMPOTENCY_IN_PROGRESS']),
    );
    expect(others.every((answer) => answer.headers['retry-after'] === '1')).toBe(true);
    expect(await countOrders('fifty')).toBe(1);
    expect(await countEntries(late.body.id)).toBe(1);
    const { rows } = await owner.query(`SELECT outcome FROM audit.entries WHERE request_id = ANY($1)`, [
      [...answers, late].map((answer) => answer.headers['x-request-id']),
    ]);
    expect(rows).toEqual([{ outcome: 'succeeded' }]);
  });

  it('replays the same status and bytes, however the JSON is formatted', async () => {
    const key = newId();
    const first = await place(key, { item: 'bytes', note: 'n' });
    const again = await request(app.getHttpServer())
      .post('/v1/orders')
      .set({ ...as(ACTOR, 'user'), 'idempotency-key': `"${key}"`, 'content-type': 'application/json' })
      .send('{ "note":"n",\n "item" : "bytes" }');
    expect([again.status, again.text]).toEqual([201, first.text]);
    expect(again.headers['content-type']).toBe(first.headers['content-type']);
    expect(again.headers['idempotency-replayed']).toBe('true');
  });

  it('replays a response without a body', async () => {
    const key = newId();
    await place(key, { item: 'quiet' }, ACTOR, '/empty');
    const again = await place(key, { item: 'quiet' }, ACTOR, '/empty');
    expect([again.status, again.text, again.headers['idempotency-replayed']]).toEqual([204, '', 'true']);
    expect(await countOrders('quiet')).toBe(1);
  });

  it.each([
    ['another body', { item: 'other' }, ''],
    ['another operation', { item: 'one' }, '/17/lines'],
  ])('is refused for %s', async (_, body, path) => {
    const key = newId();
    await place(key, { item: 'one' });
    const answer = await place(key, body, ACTOR, path);
    expect([answer.status, answer.body.code]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
  });

  it('is refused for another path of the same operation', async () => {
    const key = newId();
    expect((await place(key, { item: 'line' }, ACTOR, '/1/lines')).status).toBe(201);
    expect((await place(key, { item: 'line' }, ACTOR, '/2/lines')).body.code).toBe('IDEMPOTENCY_KEY_REUSED');
  });

  it('compares a streamed upload by its digest', async () => {
    const key = newId();
    const send = (digest: string) => place(key, { item: 'streamed' }).set('x-test-digest', digest);
    expect((await send('aa')).status).toBe(201);
    expect((await send('aa')).headers['idempotency-replayed']).toBe('true');
    expect((await send('bb')).body.code).toBe('IDEMPOTENCY_KEY_REUSED');
  });

  it('belongs to one account', async () => {
    const key = newId();
    const mine = await place(key, { item: 'mine' });
    const theirs = await place(key, { item: 'mine' }, newId());
    expect(theirs.status).toBe(201);
    expect(theirs.body.id).not.toBe(mine.body.id);
  });

  it('can be used again after a refusal, whose entry stays', async () => {
    const key = newId();
    const refused = await place(key, { item: 'refused' });
    expect(refused.status).toBe(409);
    expect(await countOrders('refused')).toBe(0);
    expect((await place(key, { item: '' })).body.code).toBe('VALIDATION_FAILED');
    expect((await place(key, { item: 'corrected' })).status).toBe(201);
    const { rows } = await owner.query(
      'SELECT outcome, reason_code FROM audit.entries WHERE request_id = $1',
      [refused.headers['x-request-id']],
    );
    expect(rows).toEqual([{ outcome: 'failed', reason_code: 'CONFLICT' }]);
  });

  it('can be used again after 24 hours', async () => {
    const key = newId();
    const first = await place(key, { item: 'daily' });
    MovableClock.offset = 24 * 3_600_000 + 1000;
    const clock = app.get(Clock);
    const now = jest.spyOn(clock, 'now').mockImplementation(() => new MovableClock().now());
    try {
      const second = await place(key, { item: 'daily' });
      expect(second.status).toBe(201);
      expect(second.body.id).not.toBe(first.body.id);
      expect((await place(key, { item: 'daily' })).body.id).toBe(second.body.id);
    } finally {
      now.mockRestore();
    }
  });

  it('has no effect when the connection is lost before the commit, and the retry succeeds', async () => {
    const key = newId();
    const admin = new Client({ connectionString: database.adminUrl });
    await admin.connect();
    await admin.query(`
      CREATE FUNCTION public.die() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END $$;
      CREATE TRIGGER planted AFTER INSERT ON api.idempotent_answers FOR EACH ROW EXECUTE FUNCTION public.die()`);
    const lost = await place(key, { item: 'lost' });
    await admin.query('DROP TRIGGER planted ON api.idempotent_answers');
    await admin.end();
    expect([lost.status, lost.body.code]).toEqual([503, 'UNAVAILABLE']);
    expect(await countOrders('lost')).toBe(0);
    const again = await place(key, { item: 'lost' });
    expect([again.status, again.headers['idempotency-replayed']]).toEqual([201, undefined]);
    expect(await countOrders('lost')).toBe(1);
  });

  it('is ignored on anonymous operations', async () => {
    const key = newId();
    const send = () =>
      request(app.getHttpServer())
        .post('/v1/orders/anonymous')
        .set('idempotency-key', key)
        .send({ item: 'anon' });
    expect([(await send()).status, (await send()).status]).toEqual([201, 201]);
    expect(await countOrders('anon')).toBe(2);
  });

  it.each(['has space', '', '"', '""', '"a', 'ü', 'a, b', 'x'.repeat(256)])(
    'is refused as %j',
    async (key) => {
      const answer = await place(key, { item: 'never' });
      expect([answer.status, answer.body.code]).toEqual([422, 'VALIDATION_FAILED']);
      expect(answer.body.errors).toMatchObject([{ in: 'header', pointer: '/Idempotency-Key' }]);
      expect(await countOrders('never')).toBe(0);
    },
  );
});

describe('stored responses', () => {
  it('are removed after they expire, and not before', async () => {
    const [gone, kept] = [newId(), newId()];
    await place(gone, { item: 'prune' });
    await place(kept, { item: 'prune' });
    await owner.query(
      `UPDATE api.idempotent_answers SET expires_at = now() - interval '1 second' WHERE key = $1`,
      [gone],
    );
    expect(await app.get(IdempotencyRetention).prune()).toBe(1);
    const { rows } = await owner.query('SELECT key FROM api.idempotent_answers WHERE key = ANY($1)', [
      [gone, kept],
    ]);
    expect(rows).toEqual([{ key: kept }]);
  });
});
