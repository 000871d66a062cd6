/** A figure other than the scenarios, with its target. */
export interface Finding {
  readonly what: string;
  readonly seen: number;
  readonly unit: string;
  /** The target; null for information only. */
  readonly wanted: { readonly most: number } | { readonly least: number } | null;
  /** The method, in a few words. */
  readonly how: string;
}

/** Null without a target. */
export function isMet({ seen, wanted }: Finding): boolean | null {
  if (wanted === null) return null;
  return 'most' in wanted ? seen <= wanted.most : seen >= wanted.least;
}

export function targetText({ wanted, unit }: Finding): string {
  if (wanted === null) return '–';
  return 'most' in wanted ? `≤ ${wanted.most} ${unit}`.trim() : `≥ ${wanted.least} ${unit}`.trim();
}
