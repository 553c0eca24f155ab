import { parsePrimitiveType } from './primitive-type.ts';
import type { IcebergType } from './schema.ts';

const TIMESTAMPS = ['timestamp', 'timestamptz', 'timestamp_ns', 'timestamptz_ns'];
const DATES = ['date', ...TIMESTAMPS];
const PARAMETRISED = /^(bucket|truncate)\[\s*(\d+)\s*\]$/;

/** Source types by transform (table spec, Partition Transforms); identity and void take any primitive. */
const SOURCE_KINDS: ReadonlyMap<string, readonly string[]> = new Map([
  ['bucket', ['int', 'long', 'decimal', 'time', ...DATES, 'string', 'uuid', 'fixed', 'binary']],
  ['truncate', ['int', 'long', 'decimal', 'string', 'binary']],
  ['year', DATES],
  ['month', DATES],
  ['day', DATES],
  ['hour', TIMESTAMPS],
]);

export interface Transform {
  readonly kind: string;
  /** One spelling for all that mean the same. */
  readonly canonical: string;
}

/** Undefined for a transform that this version does not know; files may hold such, writers may not use them. */
export function parseTransform(text: string): Transform | undefined {
  const lower = text.toLowerCase();
  const match = PARAMETRISED.exec(lower);
  if (match?.[1] !== undefined) {
    const width = Number(match[2]);
    return width > 0 && width <= 2_147_483_647 ? { kind: match[1], canonical: `${match[1]}[${width}]` } : undefined;
  }
  const isPlain = lower === 'identity' || lower === 'void' || ['year', 'month', 'day', 'hour'].includes(lower);
  return isPlain ? { kind: lower, canonical: lower } : undefined;
}

/** One spelling of a transform; an unknown one as it is. */
export function canonicalTransform(text: string): string {
  return parseTransform(text)?.canonical ?? text;
}

/** Whether the transform can be applied to values of the type. */
export function acceptsType(transform: Transform, type: IcebergType): boolean {
  if (transform.kind === 'void') return true;
  if (typeof type !== 'string') return false;
  const kind = parsePrimitiveType(type)?.kind ?? type;
  if (transform.kind === 'identity') return !['geometry', 'geography', 'variant', 'unknown'].includes(kind);
  return SOURCE_KINDS.get(transform.kind)?.includes(kind) ?? false;
}
