/**
 * Distinguished names of an LDAP directory (RFC 4514) in one spelling: those that a directory takes for the same entry are the same text,
 * so that what an administrator typed and what the directory answers can be compared.
 *
 * Types and values are compared without regard to case and to the number of spaces, as directories do for the attributes that name
 * entries (RFC 4518); parts of one level stand in order.
 */

/** Entries further down are not known to any directory in use. */
const LEVELS_MAX = 64;
const DN_LENGTH_MAX = 1_024;
const TYPE = /^(?:[a-z][a-z\d-]*|\d+(?:\.\d+)+)$/;
const HEX_VALUE = /^#(?:[\da-f]{2})+$/i;
const MUST_BE_ESCAPED = /[\\,+"<>;=\0]/g;

/** Undefined for what is no DN, for the empty one, and for one of more than 1,024 characters. */
export const normalizeDistinguishedName = (text: string): string | undefined => {
  if (text.length > DN_LENGTH_MAX) return undefined;
  const levels = splitUnescaped(text, ',');
  if (levels.length > LEVELS_MAX) return undefined;
  const normal: string[] = [];
  for (const level of levels) {
    const parts: string[] = [];
    for (const part of splitUnescaped(level, '+')) {
      const written = normalizePart(part);
      if (written === undefined) return undefined;
      parts.push(written);
    }
    normal.push(parts.sort().join('+'));
  }
  const dn = normal.join(',');
  return dn.length > DN_LENGTH_MAX ? undefined : dn;
};

/** Where `separator` stands without a backslash before it. */
const splitUnescaped = (text: string, separator: string): readonly string[] => {
  const pieces: string[] = [];
  let from = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === separator) {
      pieces.push(text.slice(from, at));
      from = at + 1;
    }
  }
  pieces.push(text.slice(from));
  return pieces;
};

const normalizePart = (part: string): string | undefined => {
  const equals = part.indexOf('=');
  const type = part.slice(0, equals).trim().toLowerCase();
  if (equals < 0 || !TYPE.test(type)) return undefined;
  const raw = trimUnescaped(part.slice(equals + 1));
  if (HEX_VALUE.test(raw)) return `${type}=${raw.toLowerCase()}`;
  const value = raw.startsWith('#') ? undefined : unescapeValue(raw);
  if (value === undefined) return undefined;
  const folded = value.normalize('NFKC').toLowerCase().normalize('NFKC').replace(/\s+/g, ' ').trim();
  return folded === '' ? undefined : `${type}=${escapeValue(folded)}`;
};

/** Spaces around a value do not count, but one that is escaped does. */
const trimUnescaped = (text: string): string => {
  const start = text.trimStart();
  const end = start.trimEnd();
  const backslashes = /\\*$/.exec(end)?.[0].length ?? 0;
  return backslashes % 2 === 1 && end.length < start.length ? `${end} ` : end;
};

/** Undefined where an escape or a character is not allowed, or bytes are no UTF-8. */
const unescapeValue = (raw: string): string | undefined => {
  const bytes: Buffer[] = [];
  for (let at = 0; at < raw.length; at += 1) {
    const letter = raw.charAt(at);
    if (letter !== '\\') {
      if (/["<>;\0]/.test(letter)) return undefined;
      const next = String.fromCodePoint(raw.codePointAt(at) ?? 0);
      bytes.push(Buffer.from(next));
      at += next.length - 1;
      continue;
    }
    const pair = raw.slice(at + 1, at + 3);
    if (/^[\da-f]{2}$/i.test(pair)) {
      bytes.push(Buffer.from(pair, 'hex'));
      at += 2;
    } else if (/^[ "#+,;<=>\\]/.test(pair)) {
      bytes.push(Buffer.from(pair.charAt(0)));
      at += 1;
    } else return undefined;
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(bytes));
  } catch {
    return undefined;
  }
};

const escapeValue = (value: string): string =>
  value.replace(MUST_BE_ESCAPED, (letter) => (letter === '\0' ? '\\00' : `\\${letter}`)).replace(/^#/, '\\#');
