import { StatementNames } from './statement-names.js';

describe('StatementNames', () => {
  it('gives each text its own name, every time', () => {
    const names = new StatementNames(true);
    const [one, again, other] = ['SELECT 1', 'SELECT 1', 'SELECT 2'].map((text) => names.statement(text, []));
    expect(one?.name).toMatch(/^veritrail_\d+$/);
    expect(again?.name).toBe(one?.name);
    expect(other?.name).not.toBe(one?.name);
  });

  it('passes text and values on', () => {
    expect(new StatementNames(true).statement('SELECT $1', [7])).toMatchObject({
      text: 'SELECT $1',
      values: [7],
    });
  });

  it('names nothing if prepared statements are switched off', () => {
    expect(new StatementNames(false).statement('SELECT 1', []).name).toBeUndefined();
  });

  it('names nothing that is planned each time', () => {
    expect(new StatementNames(true).unnamed('SELECT 1', []).name).toBeUndefined();
  });

  it('stops naming at its limit', () => {
    const names = new StatementNames(true);
    const named = Array.from({ length: 600 }, (_, index) => names.statement(`SELECT ${index}`, []).name);
    expect(named.filter(Boolean)).toHaveLength(500);
    expect(names.statement('SELECT 0', []).name).toBe(named[0]);
  });
});
