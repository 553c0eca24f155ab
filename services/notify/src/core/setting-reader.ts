/** Reads one target's settings, which are texts, as what they mean. */
import { isAbsolute } from 'node:path';

/** A setting that cannot be used. The message names the key and never shows its value. */
export class SettingError extends Error {
  override readonly name = 'SettingError';
  readonly key: string;

  constructor(key: string, problem: string) {
    super(`${key} ${problem}`);
    this.key = key;
  }
}

const ON: ReadonlySet<string> = new Set(['on', 'true', 'yes', '1', 'enabled']);
const OFF: ReadonlySet<string> = new Set(['off', 'false', 'no', '0', 'disabled']);
const MS_BY_UNIT: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** Throws SettingError naming `key` for a text that is neither on nor off; it is never taken as off. */
export function parseSwitch(key: string, text: string): boolean {
  const word = text.trim().toLowerCase();
  if (ON.has(word)) return true;
  if (OFF.has(word)) return false;
  throw new SettingError(key, 'is neither on nor off');
}

/** An absent or empty setting takes its default everywhere. Every method throws SettingError. */
export class SettingReader {
  readonly #values: ReadonlyMap<string, string>;

  /** @param keys the only ones that may appear in `values`. */
  constructor(values: ReadonlyMap<string, string>, keys: readonly string[]) {
    for (const key of values.keys()) if (!keys.includes(key)) throw new SettingError(key, 'is no known key');
    this.#values = values;
  }

  text(key: string): string {
    return this.#values.get(key)?.trim() ?? '';
  }

  flag(key: string, defaultValue: boolean): boolean {
    const text = this.text(key);
    return text === '' ? defaultValue : parseSwitch(key, text);
  }

  /** A whole number from 0 on. */
  count(key: string, defaultValue: number): number {
    const text = this.text(key);
    if (text === '') return defaultValue;
    if (!/^\d{1,15}$/.test(text)) throw new SettingError(key, 'is not a whole number');
    return Number(text);
  }

  /** `500ms`, `30s`, `5m`, `1h`; a bare number is seconds. */
  durationMs(key: string, defaultMs: number): number {
    const text = this.text(key);
    if (text === '') return defaultMs;
    const [, amount, unit] = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h)?$/.exec(text) ?? [];
    if (amount === undefined) throw new SettingError(key, 'is not a duration such as 30s');
    return Number(amount) * (MS_BY_UNIT[unit ?? 's'] ?? Number.NaN);
  }

  /** Empty when not given. */
  absolutePath(key: string): string {
    const path = this.text(key);
    if (path !== '' && !isAbsolute(path)) throw new SettingError(key, 'is not an absolute path');
    return path;
  }
}
