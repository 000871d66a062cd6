import { lifetimeFor, refreshDeadline, sessionEnd } from './session-lifetime.js';
import { type AuthConfiguration } from '../auth.configuration.js';

const TOKENS = {
  refreshIdleSeconds: 700,
  refreshAbsoluteSeconds: 3000,
  privilegedIdleSeconds: 30,
  privilegedAbsoluteSeconds: 120,
} as AuthConfiguration['tokens'];
const NOW = new Date('2026-11-20T12:00:00Z');
const after = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);

describe('the lifetime of a session', () => {
  it('is long for ordinary users and short for privileged users', () => {
    expect(lifetimeFor(['user'], TOKENS)).toEqual({ idleSeconds: 700, absoluteSeconds: 3000 });
    for (const role of ['verifier', 'admin', 'user_manager', 'auditor'] as const) {
      expect(lifetimeFor(['user', role], TOKENS)).toEqual({ idleSeconds: 30, absoluteSeconds: 120 });
    }
  });

  it('is never longer for privileged users than for others', () => {
    const inverted = { ...TOKENS, privilegedIdleSeconds: 9000, privilegedAbsoluteSeconds: 9000 };
    expect(lifetimeFor(['admin'], inverted)).toEqual({ idleSeconds: 700, absoluteSeconds: 3000 });
  });

  it('expires a refresh token after the idle time, and never after its session', () => {
    const lifetime = lifetimeFor(['admin'], TOKENS);
    expect(sessionEnd(NOW, lifetime)).toEqual(after(120));
    expect(refreshDeadline(NOW, after(120), lifetime)).toEqual(after(30));
    expect(refreshDeadline(after(100), after(120), lifetime)).toEqual(after(120));
  });
});
