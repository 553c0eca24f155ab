/** How much of a disk must stay free: a share of it, or so many bytes. Below that its volumes take no writes. */
export type FreeSpaceRule =
  | { readonly kind: 'percent'; readonly percent: number }
  | { readonly kind: 'bytes'; readonly bytes: number };

const PERCENT_MAX = 100;
const BYTES_BY_UNIT: Readonly<Record<string, number>> = {
  b: 1,
  k: 1_000,
  kb: 1_000,
  ki: 2 ** 10,
  kib: 2 ** 10,
  m: 1e6,
  mb: 1e6,
  mi: 2 ** 20,
  mib: 2 ** 20,
  g: 1e9,
  gb: 1e9,
  gi: 2 ** 30,
  gib: 2 ** 30,
  t: 1e12,
  tb: 1e12,
  ti: 2 ** 40,
  tib: 2 ** 40,
  p: 1e15,
  pb: 1e15,
  pi: 2 ** 50,
  pib: 2 ** 50,
};

/** `1` and `2.5` are percent, `10GiB`, `500MB` and `2T` are sizes. Undefined when the text is neither. */
export function parseFreeSpaceRule(text: string): FreeSpaceRule | undefined {
  const match = /^\s*(\d+(?:\.\d*)?|\.\d+)\s*([a-z]*)\s*$/i.exec(text);
  if (match === null) return undefined;
  const value = Number(match[1]);
  const unit = (match[2] ?? '').toLowerCase();
  if (unit === '') return value <= PERCENT_MAX ? { kind: 'percent', percent: value } : undefined;
  const scale = BYTES_BY_UNIT[unit];
  const bytes = scale === undefined ? 0 : Math.floor(value * scale);
  return bytes > PERCENT_MAX ? { kind: 'bytes', bytes } : undefined;
}

/** The bytes of a disk that only deletions may use. */
export function reservedBytes(rule: FreeSpaceRule | undefined, totalBytes: number): number {
  if (rule === undefined) return 0;
  return rule.kind === 'bytes' ? rule.bytes : Math.ceil((totalBytes * rule.percent) / PERCENT_MAX);
}
