import { environmentName } from './environment-name.ts';
import type { Flag, FlagTable } from './flag.ts';

const describeDefault = (flag: Flag<unknown>): string => {
  const { defaultValue } = flag;
  if (flag.secret === true || flag.placeholder === 'duration') return '';
  if (defaultValue === undefined || defaultValue === '' || defaultValue === false) return '';
  const text = Array.isArray(defaultValue) ? defaultValue.join(',') : String(defaultValue);
  return text === '' ? '' : ` (default ${text})`;
};

/** The text of `-h`: every flag with what it means, its default and its environment twin. */
export const formatFlagHelp = (
  table: FlagTable,
  command: { readonly name: string; readonly summary: string },
): string => {
  const lines = [`Usage: ${command.name} [flags]`, '', command.summary, '', 'Flags:'];
  for (const [name, flag] of Object.entries<Flag<unknown>>(table)) {
    const value = flag.bareText === undefined ? `=<${flag.placeholder}>` : `[=<${flag.placeholder}>]`;
    lines.push(`  -${name}${value}`, `        ${flag.help}${describeDefault(flag)}  [${environmentName(name)}]`);
  }
  lines.push(
    '',
    'A flag is written -name=value, -name value or --name=value. It beats its environment variable, which beats -options.',
    '',
  );
  return lines.join('\n');
};
