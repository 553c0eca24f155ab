import { readFileSync } from 'node:fs';
import { environmentName } from './environment-name.ts';
import type { Flag, FlagTable, FlagValues } from './flag.ts';
import { FlagError } from './flag-error.ts';
import { formatFlagHelp } from './format-flag-help.ts';
import { findNearestName } from './nearest-name.ts';
import { readOptionsFile } from './read-options-file.ts';

export type FlagSource = 'flag' | 'environment' | 'file' | 'default';

export interface FlagCommand {
  /** As typed: `needlestack volume`. */
  readonly name: string;
  /** One sentence for the head of the help. */
  readonly summary: string;
}

export interface FlagInput {
  /** What follows the command's name. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Reads the file of `-options`; node:fs unless a test says otherwise. */
  readonly readFile?: (path: string) => string;
}

export type FlagOutcome<T extends FlagTable> =
  | {
      readonly kind: 'values';
      readonly values: FlagValues<T>;
      /** Where each value came from. */
      readonly sources: Readonly<Record<keyof T & string, FlagSource>>;
    }
  | { readonly kind: 'help'; readonly text: string };

const isHelp = (name: string): boolean => name === 'h' || name === 'help';

const findFlag = (table: FlagTable, name: string, where: string): Flag<unknown> => {
  const flag = Object.hasOwn(table, name) ? table[name] : undefined;
  if (flag !== undefined) return flag;
  const nearest = findNearestName(name, Object.keys(table));
  throw new FlagError(`${where} is not known${nearest === undefined ? '' : `; did you mean -${nearest}?`}`);
};

/** The texts typed per flag, the last one winning; `help` when asked for. */
const readArguments = (table: FlagTable, argv: readonly string[]): Map<string, string> | 'help' => {
  const texts = new Map<string, string>();
  for (let index = 0; index < argv.length; index++) {
    const argument = argv[index] ?? '';
    const match = /^--?([^-=][^=]*)(?:=([\s\S]*))?$/.exec(argument);
    if (match === null) throw new FlagError(`unexpected argument "${argument}"; flags are written -name=value`);
    const name = match[1] ?? '';
    const inline = match[2];
    if (isHelp(name) && !Object.hasOwn(table, name)) return 'help';
    const flag = findFlag(table, name, `flag -${name}`);
    if (inline !== undefined) {
      texts.set(name, inline);
      continue;
    }
    const next = argv[index + 1];
    if (flag.bareText !== undefined && !(next !== undefined && flag.takesNext?.test(next))) {
      texts.set(name, flag.bareText);
      continue;
    }
    if (next === undefined) throw new FlagError(`flag -${name} needs a value: -${name}=<${flag.placeholder}>`);
    texts.set(name, next);
    index += 1;
  }
  return texts;
};

const parseText = (flag: Flag<unknown>, text: string, where: string): unknown => {
  try {
    return flag.parse(text);
  } catch (error) {
    if (!(error instanceof FlagError)) throw error;
    const shown = flag.secret === true ? 'the value' : `"${text}"`;
    throw new FlagError(`${where}: ${shown} ${error.message}`);
  }
};

const readFileTexts = (table: FlagTable, path: string, readFile: (path: string) => string): Map<string, string> => {
  if (path === '') return new Map();
  const texts = readOptionsFile(path, readFile);
  for (const name of texts.keys()) findFlag(table, name, `${path}: option ${name}`);
  return texts;
};

/**
 * Turns arguments, environment and options file into one typed object. A flag on the command line beats its
 * environment twin, which beats the file named by `-options`, which beats the default. Throws FlagError.
 */
export const readFlags = <const T extends FlagTable>(
  table: T,
  command: FlagCommand,
  input: FlagInput,
): FlagOutcome<T> => {
  const typed = readArguments(table, input.argv);
  if (typed === 'help') return { kind: 'help', text: formatFlagHelp(table, command) };
  const readFile = input.readFile ?? ((path: string) => readFileSync(path, 'utf8'));
  const optionsPath = Object.hasOwn(table, 'options')
    ? (typed.get('options') ?? input.env[environmentName('options')] ?? '')
    : '';
  const filed = readFileTexts(table, optionsPath, readFile);
  const values: Record<string, unknown> = {};
  const sources: Record<string, FlagSource> = {};
  for (const [name, flag] of Object.entries<Flag<unknown>>(table)) {
    const twin = environmentName(name);
    const fromEnvironment = input.env[twin];
    const fromFile = filed.get(name);
    const fromFlag = typed.get(name);
    if (fromFlag !== undefined) {
      values[name] = parseText(flag, fromFlag, `flag -${name}`);
      sources[name] = 'flag';
    } else if (fromEnvironment !== undefined) {
      values[name] = parseText(flag, fromEnvironment, `environment variable ${twin}`);
      sources[name] = 'environment';
    } else if (fromFile !== undefined) {
      values[name] = parseText(flag, fromFile, `${optionsPath}: option ${name}`);
      sources[name] = 'file';
    } else {
      values[name] = flag.defaultValue;
      sources[name] = 'default';
    }
  }
  return {
    kind: 'values',
    values: values as FlagValues<T>,
    sources: sources as Record<keyof T & string, FlagSource>,
  };
};
