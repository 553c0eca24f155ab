import { lookup as resolve } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/*
 * A volume server stands inside a network that the callers of some of its methods do not reach. What it fetches on their behalf must
 * not come from in there: not from this machine, the local network, the link, nor the metadata service of a cloud.
 */

/** Addresses that are never asked on behalf of a caller, with what they are called. */
const NEVER: readonly (readonly [what: string, networks: readonly string[]])[] = [
  ['instance metadata service', ['169.254.169.254/32']],
  ['loopback address', ['127.0.0.0/8', '::1/128']],
  ['unspecified address', ['0.0.0.0/8', '::/128']],
  ['link-local address', ['169.254.0.0/16', 'fe80::/10', 'ff02::/16', '224.0.0.0/24']],
  ['interface-local address', ['ff01::/16']],
];

/** Those where other servers of the cluster may be, but no store of a stranger. */
const PRIVATE: readonly (readonly [what: string, networks: readonly string[]])[] = [
  ['private address', ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7']],
  ['CGNAT address', ['100.64.0.0/10']],
];

/** Names of metadata services, however they resolve. */
const METADATA_HOSTS: ReadonlySet<string> = new Set(['metadata.google.internal', 'metadata']);

const neverList = NEVER.map(([what, networks]) => [what, blockListOf(networks)] as const);
const privateList = PRIVATE.map(([what, networks]) => [what, blockListOf(networks)] as const);

export interface AddressPolicy {
  /** Cluster members on a private network may be asked. */
  readonly allowsPrivate: boolean;
}

/** What speaks against an address, or undefined. Addresses that carry an IPv4 address within are judged by that one as well. */
export function objectionTo(address: string, policy: AddressPolicy): string | undefined {
  for (const candidate of [address, embeddedIpv4(address)]) {
    if (candidate === undefined) continue;
    const family = isIP(candidate) === 6 ? 'ipv6' : 'ipv4';
    for (const [what, list] of policy.allowsPrivate ? neverList : [...neverList, ...privateList]) {
      if (list.check(candidate, family)) return `${what} ${candidate}`;
    }
  }
  return undefined;
}

/** What speaks against a host as it is written; names are judged again when they are resolved. */
export function objectionToHost(host: string, policy: AddressPolicy): string | undefined {
  const bare = host.replace(/^\[|\]$/g, '').toLowerCase();
  if (METADATA_HOSTS.has(bare)) return 'instance metadata service';
  if (isIP(bare) !== 0) return objectionTo(bare, policy);
  return bare === 'localhost' ? 'loopback address localhost' : undefined;
}

/** Resolves names for connections, and refuses a name any of whose addresses may not be asked: it may not change between two looks. */
export function guardedLookup(policy: AddressPolicy): LookupFunction {
  return (hostname, options, done) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return done(error, '', 0);
      for (const { address } of addresses) {
        const objection = objectionTo(address, policy);
        if (objection !== undefined) return done(new Error(`${hostname} resolves to ${objection}`), '', 0);
      }
      if (options.all === true) return done(null, addresses);
      const [first] = addresses;
      done(null, first?.address ?? '', first?.family ?? 0);
    });
  };
}

function blockListOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits = ''] = network.split('/');
    list.addSubnet(address, Number(bits), isIP(address) === 6 ? 'ipv6' : 'ipv4');
  }
  return list;
}

/**
 * The IPv4 address that an IPv6 address leads to: mapped (RFC 4291), compatible (RFC 4291), NAT64 (RFC 6052), 6to4 (RFC 3056) or
 * Teredo (RFC 4380).
 */
function embeddedIpv4(address: string): string | undefined {
  if (isIP(address) !== 6) return undefined;
  const words = ipv6Words(address);
  const [w0 = 0, w1 = 0, w2 = 0] = words;
  const low = dotted(words[6] ?? 0, words[7] ?? 0);
  const zeros = (from: number, to: number): boolean => words.slice(from, to).every((word) => word === 0);
  if (zeros(0, 5) && words[5] === 0xffff) return low;
  if (zeros(0, 6) && (words[6] !== 0 || (words[7] ?? 0) > 1)) return low;
  if (w0 === 0x64 && w1 === 0xff9b && zeros(2, 6)) return low;
  if (w0 === 0x2002) return dotted(w1, w2);
  if (w0 === 0x2001 && w1 === 0) return dotted((words[6] ?? 0) ^ 0xffff, (words[7] ?? 0) ^ 0xffff);
  return undefined;
}

function ipv6Words(address: string): number[] {
  const plain = address.replace(/%.*$/, '').replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_text, a, b, c, d) => {
    const high = Number(a) * 256 + Number(b);
    const low = Number(c) * 256 + Number(d);
    return `${high.toString(16)}:${low.toString(16)}`;
  });
  const [head = '', tail] = plain.split('::');
  const parse = (text: string): number[] =>
    text === '' ? [] : text.split(':').map((word) => Number.parseInt(word, 16));
  const left = parse(head);
  if (tail === undefined) return left;
  const right = parse(tail);
  return [...left, ...new Array<number>(8 - left.length - right.length).fill(0), ...right];
}

function dotted(high: number, low: number): string {
  return [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.');
}
