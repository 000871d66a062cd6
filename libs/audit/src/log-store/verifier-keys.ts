import { Injectable } from '@nestjs/common';
import { NoteKeyError, NoteVerifier } from '#libs/tlog';
import { SealingConfiguration } from '../sequencer/sealing.configuration.js';

/** The stored keys that this process uses, and why it does not use the others. */
export interface KnownKeys {
  readonly vkeys: readonly string[];
  readonly verifiers: readonly NoteVerifier[];
  readonly problems: readonly string[];
}

/** Decides which stored verifier keys are used: with LOG_VERIFIER_KEYS those of the operator, otherwise all valid ones. */
@Injectable()
export class VerifierKeys {
  private readonly parsed = new Map<string, NoteVerifier | null>();

  constructor(private readonly configuration: SealingConfiguration) {}

  among(stored: readonly string[]): KnownKeys {
    const { verifierKeys } = this.configuration;
    const problems: string[] = [];
    const vkeys = stored.filter((vkey) => {
      const problem =
        this.parse(vkey) === null
          ? 'it is malformed'
          : verifierKeys.length > 0 && !verifierKeys.includes(vkey)
            ? 'it is not in LOG_VERIFIER_KEYS'
            : null;
      if (problem !== null)
        problems.push(`The stored verifier key ${vkey.slice(0, 300)} is not used: ${problem}.`);
      return problem === null;
    });
    return { vkeys, verifiers: vkeys.flatMap((vkey) => this.parse(vkey) ?? []), problems };
  }

  private parse(vkey: string): NoteVerifier | null {
    const known = this.parsed.get(vkey);
    if (known !== undefined) return known;
    const verifier = parseOrNull(vkey);
    this.parsed.set(vkey, verifier);
    return verifier;
  }
}

function parseOrNull(vkey: string): NoteVerifier | null {
  try {
    return NoteVerifier.parse(vkey);
  } catch (error) {
    if (error instanceof NoteKeyError) return null;
    throw error;
  }
}
