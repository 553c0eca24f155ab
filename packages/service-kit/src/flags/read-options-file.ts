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

/** A line of `weed`'s options files: a name, then `=`, `:` or a space before the value; without a value the flag is switched on. */
const OPTION_LINE = /^-{0,2}([A-Za-z][\w.]*)(?:\s*[=:]\s*|\s+|$)(.*)$/;

/** Undefined when a line is none. */
const readLines = (text: string): Map<string, string> | undefined => {
  const texts = new Map<string, string>();
  for (const line of text.split('\n').map((whole) => whole.trim())) {
    if (line === '' || line.startsWith('#')) continue;
    const [, name, value] = OPTION_LINE.exec(line) ?? [];
    if (name === undefined) return undefined;
    // The first of several counts, as with them.
    if (!texts.has(name)) texts.set(name, value === undefined || value === '' ? 'true' : value);
  }
  return texts;
};

const parseToml = (path: string, text: string): Map<string, string> => {
  const texts = new Map<string, string>();
  flatten(path, parse(text), '', texts);
  return texts;
};

const refuse = (path: string, error: unknown): never => {
  if (error instanceof FlagError) throw error;
  throw new FlagError(`cannot read the options file ${path}: ${error instanceof Error ? error.message : error}`);
};

/**
 * The settings of a TOML file by name. `s3.port = 9000`, `"s3.port" = 9000` and `port` under `[s3]` are the same; an array stands for a
 * comma-separated list. Throws FlagError when the file cannot be read or is no TOML.
 */
export const readTomlFile = (path: string, readFile: (path: string) => string): Map<string, string> => {
  try {
    return parseToml(path, readFile(path));
  } catch (error) {
    return refuse(path, error);
  }
};

/**
 * The options of a file by flag name: TOML (`readTomlFile`), or lines of `name=value` without quotes, as `weed` reads them. Throws FlagError when
 * the file cannot be read or is neither.
 */
export const readOptionsFile = (path: string, readFile: (path: string) => string): Map<string, string> => {
  let text = '';
  try {
    text = readFile(path);
    return parseToml(path, text);
  } catch (error) {
    const lines = error instanceof FlagError ? undefined : readLines(text);
    return lines !== undefined && lines.size > 0 ? lines : refuse(path, error);
  }
};
