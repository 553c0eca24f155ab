/** Sections of a file of AWS's form, names and values as they stand; keys in lower case. */
export type IniSections = ReadonlyMap<string, ReadonlyMap<string, string>>;

/**
 * Lines are `[section]`, `key = value` or comments (`#`, `;`). Indented lines belong to the value above, which is nested then and not
 * ours. A section that appears twice is one.
 *
 * @throws Error that names the line
 */
export function parseIni(text: string): IniSections {
  const sections = new Map<string, Map<string, string>>();
  let current: Map<string, string> | undefined;
  for (const [index, raw] of text
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#') || line.startsWith(';') || /^\s/.test(raw)) continue;
    const header = /^\[\s*([^\]]+?)\s*\]\s*(?:[#;].*)?$/.exec(line);
    if (header !== null) {
      const name = (header[1] ?? '').replace(/\s+/g, ' ');
      current = sections.get(name) ?? new Map();
      sections.set(name, current);
      continue;
    }
    const equals = line.indexOf('=');
    if (equals <= 0 || current === undefined) throw new Error(`line ${index + 1} is neither [section] nor key = value`);
    const value = line.slice(equals + 1).replace(/\s[#;].*$/, '');
    current.set(line.slice(0, equals).trim().toLowerCase(), value.trim());
  }
  return sections;
}
