import { Leadership } from '#libs/jobs';
import { makeLeaf } from '../../libs/audit/src/entries/leaf.js';
import { useClient, useDatabase } from '../support/describe-api.js';
import { edgeConfiguration } from '../support/edge.js';
import { forged, insertEntry } from '../support/hostile/with-application-login.js';

const REFUSED = { code: '42501' };
const SEALED = ['sealed_leaves', 'tiles', 'checkpoints', 'sealing_progress', 'log_keys'];

const database = useDatabase();
const application = useClient(() => database.url);
const worker = useClient(() => database.workerUrl);
const sequencer = useClient(() => database.workerUrl, '-c role=veritrail_sequencer');
const eraser = useClient(() => database.workerUrl, '-c role=veritrail_eraser');

describe('the application’s login', () => {
  it.each(SEALED)('cannot write audit.%s', async (table) => {
    for (const sql of [`INSERT INTO audit.${table} DEFAULT VALUES`, `DELETE FROM audit.${table}`])
      await expect(application.query(sql)).rejects.toMatchObject(REFUSED);
  });

  it.each(['veritrail_sequencer', 'veritrail_eraser'])('cannot become %s', async (role) => {
    await expect(application.query(`SET ROLE ${role}`)).rejects.toMatchObject(REFUSED);
  });

  it('cannot terminate the session of a leader', async () => {
    const leadership = new Leadership(edgeConfiguration(database.url));
    try {
      expect(await leadership.leads('audit.seal')).toBe(true);
      const terminate = application.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE application_name = 'veritrail-leader' AND datname = current_database()`,
      );
      await expect(terminate).rejects.toMatchObject(REFUSED);
      expect(await leadership.leads('audit.seal')).toBe(true);
    } finally {
      await leadership.resign();
    }
  });
});

describe('the worker’s login', () => {
  it('has no rights before it assumes a role', async () => {
    await expect(worker.query('SELECT FROM audit.entries')).rejects.toMatchObject(REFUSED);
    await expect(worker.query('SET ROLE veritrail_app')).rejects.toMatchObject(REFUSED);
  });

  it('writes as the sequencer only what is sealed', async () => {
    const entry = forged({ ip: '203.0.113.9' });
    const { bytes, personal } = makeLeaf(entry);
    await expect(insertEntry(sequencer, entry, bytes)).rejects.toMatchObject(REFUSED);
    await expect(sequencer.query('SELECT FROM documents.documents')).rejects.toMatchObject(REFUSED);
    await expect(sequencer.query('DELETE FROM audit.personal_values')).rejects.toMatchObject(REFUSED);
    await insertEntry(application, entry, bytes);
    await application.query('INSERT INTO audit.personal_values VALUES ($1, $2, $3)', [
      entry.id,
      personal?.salt,
      personal?.value,
    ]);
    const { rowCount } = await sequencer.query('SELECT FROM audit.entries WHERE id = $1', [entry.id]);
    expect(rowCount).toBe(1);
  });

  it('destroys as the eraser personal values and nothing else', async () => {
    const others = [
      'SELECT salt FROM audit.personal_values',
      'UPDATE audit.personal_values SET value = NULL',
    ];
    for (const sql of [...others, 'DELETE FROM audit.entries', 'SELECT FROM audit.entries'])
      await expect(eraser.query(sql)).rejects.toMatchObject(REFUSED);
    const { rows } = await eraser.query<{ entry_id: string }>('SELECT entry_id FROM audit.personal_values');
    const { rowCount } = await eraser.query('DELETE FROM audit.personal_values WHERE entry_id = $1', [
      rows[0]?.entry_id,
    ]);
    expect(rowCount).toBe(1);
  });
});
