/** Addresses and CIDR ranges, IPv4 and IPv6, as eight groups of sixteen bits; IPv4 stands where IPv6 maps it, `::ffff:0:0/96`. */

export interface IpRange {
  readonly groups: readonly number[];
  readonly prefixBits: number;
  readonly isV4: boolean;
}

const V4_PREFIX_BITS = 96;
const MAPPED = [0, 0, 0, 0, 0, 0xffff];

/** Undefined when the text is no address. */
export const parseIpAddress = (text: string): readonly number[] | undefined =>
  text.includes(':') ? parseV6(text) : parseV4(text);

/** An address, or an address with a prefix length. Undefined when the text is neither. */
export const parseIpRange = (text: string): IpRange | undefined => {
  const slash = text.indexOf('/');
  const groups = parseIpAddress(slash < 0 ? text : text.slice(0, slash));
  if (groups === undefined) return undefined;
  const isV4 = !text.includes(':');
  const bitsMax = isV4 ? 32 : 128;
  const digits = slash < 0 ? String(bitsMax) : text.slice(slash + 1);
  if (!/^\d{1,3}$/.test(digits) || Number(digits) > bitsMax) return undefined;
  return { groups, prefixBits: Number(digits) + (isV4 ? V4_PREFIX_BITS : 0), isV4 };
};

export const isInRange = (address: readonly number[], range: IpRange): boolean => {
  let bits = range.prefixBits;
  for (let at = 0; at < 8 && bits > 0; at += 1, bits -= 16) {
    const mask = bits >= 16 ? 0xffff : (0xffff << (16 - bits)) & 0xffff;
    if (((address[at] ?? 0) & mask) !== ((range.groups[at] ?? 0) & mask)) return false;
  }
  return true;
};

const parseV4 = (text: string): readonly number[] | undefined => {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  const bytes = parts.map((part) => (/^\d{1,3}$/.test(part) ? Number(part) : 256));
  if (bytes.some((byte) => byte > 255)) return undefined;
  const [a = 0, b = 0, c = 0, d = 0] = bytes;
  return [...MAPPED, a * 256 + b, c * 256 + d];
};

const parseV6 = (text: string): readonly number[] | undefined => {
  const zone = text.indexOf('%');
  const halves = (zone < 0 ? text : text.slice(0, zone)).split('::');
  if (halves.length > 2) return undefined;
  const head = parseGroups(halves[0] ?? '');
  const tail = halves.length === 2 ? parseGroups(halves[1] ?? '') : [];
  if (head === undefined || tail === undefined) return undefined;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  return [...head, ...new Array<number>(missing).fill(0), ...tail];
};

const parseGroups = (text: string): readonly number[] | undefined => {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    if (part.includes('.') && index === parts.length - 1) {
      const v4 = parseV4(part);
      if (v4 === undefined) return undefined;
      groups.push(...v4.slice(6));
    } else if (/^[0-9a-fA-F]{1,4}$/.test(part)) {
      groups.push(Number.parseInt(part, 16));
    } else {
      return undefined;
    }
  }
  return groups;
};
