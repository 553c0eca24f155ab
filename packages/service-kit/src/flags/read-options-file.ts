import { parse } from 'smol-toml';
import { FlagError } from './flag-error.ts';

const isTable = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);

const flatten = (path: string, table: Record<string, unknown>, prefix: string, into: Map<string, string>): void => {
  for (const [key, value] of Object.entries(table)) {
    const name = `${prefix}${key}`;
    if (isTable(value)) flatten(path, value, `${name}.`, into);
    else if (Array.isArray(value)) into.set(name, value.map(String).join(','));
    else if (value instanceof Date) throw new FlagError(`${path}: option ${name} is a date; no flag takes one`);
    else into.set(name, String(value));
  }
};

/**
 * The options of a TOML file by flag name. `s3.port = 9000`, `"s3.port" = 9000` and `port` under `[s3]` are the same;
 * an array stands for a comma-separated list. Throws FlagError when the file cannot be read or is not TOML.
 */
export const readOptionsFile = (path: string, readFile: (path: string) => string): Map<string, string> => {
  let table: Record<string, unknown>;
  try {
    table = parse(readFile(path));
  } catch (error) {
    throw new FlagError(`cannot read the options file ${path}: ${error instanceof Error ? error.message : error}`);
  }
  const texts = new Map<string, string>();
  flatten(path, table, '', texts);
  return texts;
};
