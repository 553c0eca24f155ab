/**
 * Target settings out of environment variables: `NEEDLESTACK_NOTIFY_<TYPE>_<KEY>_<ID>`, with the alias `RUSTFS_NOTIFY_…`. Without `_<ID>` a
 * variable is a default for all instances of the type. Pure: the environment is an argument.
 */
import { SettingError } from './setting-reader.ts';
import { COMMON_KEYS, isTargetType, type SettingTable, type TargetType } from './target-settings.ts';

const VARIABLE = /^(NEEDLESTACK|RUSTFS)_NOTIFY_([A-Z]+)_([A-Z0-9_]+?[A-Za-z0-9_.-]*)$/;
const DEFAULTS_ID = '_';

/**
 * @param keysByType the keys of each type beside the common ones; the longest that fits is taken, so `TLS_CA_1` is `tls_ca` of `1`.
 * Throws SettingError when a variable and its alias are set and differ, or when no key of the type fits.
 */
export function readTargetEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
  keysByType: ReadonlyMap<TargetType, readonly string[]>,
): SettingTable {
  const table = new Map<TargetType, Map<string, Map<string, string>>>();
  const sources = new Map<string, string>();
  for (const [variable, value] of Object.entries(environment)) {
    const [, , typeWord = '', rest = ''] = VARIABLE.exec(variable) ?? [];
    const type = typeWord.toLowerCase();
    if (value === undefined || !isTargetType(type)) continue;
    const { key, id } = splitKey(variable, rest, [...COMMON_KEYS, ...(keysByType.get(type) ?? [])]);
    const values = table.get(type)?.get(id) ?? new Map<string, string>();
    const place = `${type} ${id} ${key}`;
    const twin = sources.get(place);
    if (twin !== undefined && values.get(key) !== value) {
      throw new SettingError(variable, `and ${twin} are both set and differ`);
    }
    sources.set(place, variable);
    values.set(key, value);
    const instances = table.get(type) ?? new Map<string, Map<string, string>>();
    table.set(type, instances.set(id, values));
  }
  return table;
}

function splitKey(
  variable: string,
  rest: string,
  keys: readonly string[],
): { readonly key: string; readonly id: string } {
  const words = rest.toLowerCase();
  const fitting = keys.filter((key) => words === key || words.startsWith(`${key}_`));
  const key = fitting.reduce((longest, candidate) => (candidate.length > longest.length ? candidate : longest), '');
  if (key === '') throw new SettingError(variable, 'names no known key');
  return { key, id: words.slice(key.length + 1) || DEFAULTS_ID };
}
