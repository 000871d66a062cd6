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

describe('an export as a table', () => {
  it('names its columns and has a line for each entry, all of it in quotes', async () => {
    const [names, line, ...rest] = (await csvOf(ENTRY)).split('\r\n');
    expect(names).toMatch(/^"id","occurredAt","action",.*,"leafIndex","leafHash"$/);
    expect(line).toContain(`"${AUDIT_ENTRY_EXAMPLE.id}","2025-11-20T09:30:00.000Z","document.verified"`);
    expect(line).toContain('"{""before"":{""status"":""in_review""},""after"":{""status"":""verified""}}"');
    expect(line).toMatch(/,"false","20852161","[0-9a-f]{64}"$/);
    expect(rest).toEqual(['']);
  });

  it('has empty cells for what is not there', async () => {
    const bare = { ...ENTRY, target: null, changes: null, leafIndex: null, leafHash: null };
    const [, line] = (await csvOf(bare)).split('\r\n');
    expect(line).toContain(',,,,,,,"019aa099-69b4');
    expect(line).toMatch(/,"false",,$/);
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\rx', '＝1', '＠x'])(
    'lets no spreadsheet take %j for a formula',
    async (userAgent) => {
      expect(await csvOf({ ...ENTRY, userAgent })).toContain(`"'${userAgent}"`);
    },
  );

  it('keeps separators, quotes and line breaks inside of their cell', async () => {
    const userAgent = 'a,b;"c"\r\n=d';
    expect(await csvOf({ ...ENTRY, userAgent })).toContain('"a,b;""c""\r\n=d"');
  });
});
