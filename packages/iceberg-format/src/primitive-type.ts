/** Primitive types by the name before their parameters (table spec, Primitive Types), with the first version that has them. */
const VERSION_OF_TYPE: ReadonlyMap<string, number> = new Map([
  ['boolean', 1],
  ['int', 1],
  ['long', 1],
  ['float', 1],
  ['double', 1],
  ['decimal', 1],
  ['date', 1],
  ['time', 1],
  ['timestamp', 1],
  ['timestamptz', 1],
  ['string', 1],
  ['uuid', 1],
  ['fixed', 1],
  ['binary', 1],
  ['unknown', 3],
  ['timestamp_ns', 3],
  ['timestamptz_ns', 3],
  ['variant', 3],
  ['geometry', 3],
  ['geography', 3],
]);

const DECIMAL_PRECISION_MAX = 38;
const DECIMAL = /^decimal\(\s*(\d+)\s*,\s*(\d+)\s*\)$/;
const FIXED = /^fixed\[\s*(\d+)\s*\]$/;
const GEO = /^(geometry|geography)(?:\(\s*([^()]*?)\s*\))?$/;

export interface PrimitiveType {
  /** The name without parameters. */
  readonly kind: string;
  /** The first format version that knows the type. */
  readonly minFormatVersion: number;
  /** One spelling for all that mean the same. */
  readonly canonical: string;
  readonly precision?: number;
  readonly scale?: number;
}

/** Undefined for a text that names no type. */
export function parsePrimitiveType(text: string): PrimitiveType | undefined {
  const decimal = DECIMAL.exec(text);
  if (decimal !== null) {
    const precision = Number(decimal[1]);
    const scale = Number(decimal[2]);
    if (precision < 1 || precision > DECIMAL_PRECISION_MAX || scale > precision) return undefined;
    return { kind: 'decimal', minFormatVersion: 1, canonical: `decimal(${precision}, ${scale})`, precision, scale };
  }
  const fixed = FIXED.exec(text);
  if (fixed !== null) return { kind: 'fixed', minFormatVersion: 1, canonical: `fixed[${Number(fixed[1])}]` };
  const geo = GEO.exec(text);
  if (geo?.[1] !== undefined) {
    const parameters = geo[2] === undefined || geo[2] === '' ? '' : `(${geo[2].split(/\s*,\s*/).join(', ')})`;
    return { kind: geo[1], minFormatVersion: 3, canonical: `${geo[1]}${parameters}` };
  }
  const minFormatVersion = VERSION_OF_TYPE.get(text);
  if (minFormatVersion === undefined || text === 'decimal' || text === 'fixed') return undefined;
  return { kind: text, minFormatVersion, canonical: text };
}

/** Whether values written as `from` may be read as `to` (table spec, Schema Evolution). */
export function canPromote(from: string, to: string, formatVersion: number): boolean {
  const source = parsePrimitiveType(from);
  const target = parsePrimitiveType(to);
  if (source === undefined || target === undefined) return from === to;
  if (source.canonical === target.canonical || source.kind === 'unknown') return true;
  switch (source.kind) {
    case 'int':
      return target.kind === 'long';
    case 'float':
      return target.kind === 'double';
    case 'decimal':
      return (
        target.kind === 'decimal' && target.scale === source.scale && (target.precision ?? 0) > (source.precision ?? 0)
      );
    case 'date':
      return formatVersion >= 3 && (target.kind === 'timestamp' || target.kind === 'timestamp_ns');
    default:
      return false;
  }
}
