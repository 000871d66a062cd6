import { AUDIT_ENTRY_EXAMPLE } from '../dto/audit-entry.view.js';
import { EXPORTED_ENTRY_EXAMPLE, type ExportedEntryView } from '../dto/exported-entry.view.js';
import { toCsv } from './csv.js';

const ENTRY = EXPORTED_ENTRY_EXAMPLE as ExportedEntryView;

async function csvOf(...entries: ExportedEntryView[]): Promise<string> {
  async function* once(): AsyncGenerator<ExportedEntryView[]> {
    yield await Promise.resolve(entries);
  }
  const chunks: Buffer[] = [];
  for await (const chunk of toCsv(once())) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

describe('toCsv', () => {
  it('writes a header line and one line per entry, with all cells in quotes', async () => {
    const [names, line, ...rest] = (await csvOf(ENTRY)).split('\r\n');
    expect(names).toMatch(/^"id","occurredAt","action",.*,"leafIndex","leafHash"$/);
    expect(line).toContain(`"${AUDIT_ENTRY_EXAMPLE.id}","2025-11-20T09:30:00.000Z","document.verified"`);
    expect(line).toContain('"{""before"":{""status"":""in_review""},""after"":{""status"":""verified""}}"');
    expect(line).toMatch(/,"false","20852161","[0-9a-f]{64}"$/);
    expect(rest).toEqual(['']);
  });

  it('writes empty cells for null', async () => {
    const bare = { ...ENTRY, target: null, changes: null, leafIndex: null, leafHash: null };
    const [, line] = (await csvOf(bare)).split('\r\n');
    expect(line).toContain(',,,,,,,"019aa099-69b4');
    expect(line).toMatch(/,"false",,$/);
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\rx', '＝1', '＠x'])(
    'prevents a spreadsheet from interpreting %j as a formula',
    async (userAgent) => {
      expect(await csvOf({ ...ENTRY, userAgent })).toContain(`"'${userAgent}"`);
    },
  );

  it('escapes separators, quotes and line breaks', async () => {
    const userAgent = 'a,b;"c"\r\n=d';
    expect(await csvOf({ ...ENTRY, userAgent })).toContain('"a,b;""c""\r\n=d"');
  });
});
