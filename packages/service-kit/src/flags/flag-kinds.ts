import type { Flag, FlagTable, PrefixedFlags } from './flag.ts';
import { FlagError } from './flag-error.ts';
import { formatDuration, parseDurationMs } from './parse-duration.ts';

const PORT_MAX = 65_535;
const TRUE_TEXTS = new Set(['1', 't', 'T', 'true', 'TRUE', 'True']);
const FALSE_TEXTS = new Set(['0', 'f', 'F', 'false', 'FALSE', 'False']);

export const textFlag = (defaultValue: string, help: string): Flag<string> => ({
  parse: (text) => text,
  defaultValue,
  help,
  placeholder: 'text',
});

/** Text that the help never prints. */
export const secretFlag = (help: string): Flag<string> => ({ ...textFlag('', help), secret: true });

export const booleanFlag = (defaultValue: boolean, help: string): Flag<boolean> => ({
  parse: (text) => {
    if (TRUE_TEXTS.has(text)) return true;
    if (FALSE_TEXTS.has(text)) return false;
    throw new FlagError('is neither true nor false');
  },
  defaultValue,
  help,
  placeholder: 'true|false',
  bareText: 'true',
});

/** A whole number within bounds, both included. */
export const integerFlag = (
  defaultValue: number,
  help: string,
  bounds: { readonly min?: number; readonly max?: number } = {},
): Flag<number> => {
  const { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER } = bounds;
  return {
    parse: (text) => {
      const value = Number(text);
      if (!/^[+-]?\d+$/.test(text) || !Number.isSafeInteger(value)) throw new FlagError('is not a whole number');
      if (value < min || value > max) throw new FlagError(`is not between ${min} and ${max}`);
      return value;
    },
    defaultValue,
    help,
    placeholder: 'number',
  };
};

/** A TCP port; 0 lets the system choose. */
export const portFlag = (defaultValue: number, help: string): Flag<number> => ({
  ...integerFlag(defaultValue, help, { min: 0, max: PORT_MAX }),
  placeholder: 'port',
});

export const numberFlag = (defaultValue: number, help: string): Flag<number> => ({
  parse: (text) => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isFinite(value)) throw new FlagError('is not a number');
    return value;
  },
  defaultValue,
  help,
  placeholder: 'number',
});

/** A duration in Go's spelling; the value is in milliseconds. */
export const durationFlag = (defaultMs: number, help: string): Flag<number> => ({
  parse: parseDurationMs,
  defaultValue: defaultMs,
  help: `${help} (default ${formatDuration(defaultMs)})`,
  placeholder: 'duration',
});

/** Comma-separated texts; empty items are dropped. */
export const listFlag = (defaultValue: readonly string[], help: string): Flag<readonly string[]> => ({
  parse: (text) =>
    text
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== ''),
  defaultValue,
  help,
  placeholder: 'a,b,c',
});

export const choiceFlag = <const C extends string>(choices: readonly C[], defaultValue: C, help: string): Flag<C> => ({
  parse: (text) => {
    const choice = choices.find((candidate) => candidate === text);
    if (choice === undefined) throw new FlagError(`is none of ${choices.join(', ')}`);
    return choice;
  },
  defaultValue,
  help,
  placeholder: choices.join('|'),
});

/** Makes a flag whose default depends on others: undefined until somebody sets it. */
export const optionalFlag = <T>(flag: Flag<T>): Flag<T | undefined> => ({ ...flag, defaultValue: undefined });

/** What every command takes beside its own flags. */
export const commonFlags = {
  options: textFlag('', 'file with any of these flags, by their names: TOML, or lines of name=value'),
  v: {
    ...integerFlag(0, 'log verbosity: 0 informs, 1 debugs, 2 traces', { min: 0, max: 9 }),
    bareText: '1',
    takesNext: /^\d$/,
  },
  'shutdown.grace': durationFlag(15_000, 'how long a stop may drain what is under way'),
} as const;

/** A service's table under a prefix, for commands that run several services. */
export const prefixFlags = <const P extends string, const T extends FlagTable>(
  prefix: P,
  table: T,
): PrefixedFlags<P, T> =>
  Object.fromEntries(Object.entries(table).map(([name, flag]) => [`${prefix}.${name}`, flag])) as PrefixedFlags<P, T>;
