/** Something beside the table that was asked for: what was wanted and what was seen. */
export interface Finding {
  readonly what: string;
  readonly seen: number;
  readonly unit: string;
  /** At most, or at least; null where it is only told. */
  readonly wanted: { readonly most: number } | { readonly least: number } | null;
  /** How it came about, in a few words. */
  readonly how: string;
}

/** Null where nothing was wanted. */
export function isMet({ seen, wanted }: Finding): boolean | null {
  if (wanted === null) return null;
  return 'most' in wanted ? seen <= wanted.most : seen >= wanted.least;
}

export function wish({ wanted, unit }: Finding): string {
  if (wanted === null) return '–';
  return 'most' in wanted ? `≤ ${wanted.most} ${unit}`.trim() : `≥ ${wanted.least} ${unit}`.trim();
}
