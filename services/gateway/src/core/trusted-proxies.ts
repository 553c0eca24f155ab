/** Whom a request really comes from, when proxies stand before the S3 port: only those that are named are believed. */
import { type IpRange, isInRange, parseIpAddress, parseIpRange } from '@needlestack/access-control';
import { headerValue, type RequestHeaders } from '@needlestack/s3-protocol';

export type TrustedProxies = readonly IpRange[];

export const NO_PROXIES: TrustedProxies = [];

/** A text that is neither address nor CIDR range. */
export class TrustedProxyError extends Error {
  override readonly name = 'TrustedProxyError';
}

/** @throws TrustedProxyError */
export const parseTrustedProxies = (texts: readonly string[]): TrustedProxies =>
  texts.map((text) => {
    const range = parseIpRange(text);
    if (range === undefined) throw new TrustedProxyError(`"${text}" is neither an address nor a CIDR range`);
    return range;
  });

export interface ClientConnection {
  /** The client's address; empty when the connection is gone. */
  readonly sourceIp: string;
  /** Whether the client spoke TLS, to us or to a proxy that is believed. */
  readonly isSecure: boolean;
}

/** What came over the socket. */
export interface SocketFacts {
  readonly remoteAddress: string | undefined;
  readonly isEncrypted: boolean;
  readonly headers: RequestHeaders;
}

export const describeClient = (facts: SocketFacts, proxies: TrustedProxies): ClientConnection => {
  const peer = withoutMapping(facts.remoteAddress ?? '');
  if (proxies.length === 0 || !isTrusted(peer, proxies)) return { sourceIp: peer, isSecure: facts.isEncrypted };
  const protocols = listOf(facts.headers, 'x-forwarded-proto');
  const isSecure = protocols.length === 0 ? facts.isEncrypted : protocols.at(-1)?.toLowerCase() === 'https';
  return { sourceIp: findClient(peer, listOf(facts.headers, 'x-forwarded-for'), proxies), isSecure };
};

/** The last address that no believed proxy has: what stands before it is whatever the client chose to send. */
const findClient = (peer: string, forwarded: readonly string[], proxies: TrustedProxies): string => {
  let client = peer;
  for (const address of forwarded.toReversed()) {
    if (parseIpAddress(address) === undefined) break;
    client = address;
    if (!isTrusted(address, proxies)) break;
  }
  return client;
};

const listOf = (headers: RequestHeaders, name: string): readonly string[] =>
  (headerValue(headers, name) ?? '')
    .split(',')
    .map((text) => text.trim())
    .filter((text) => text !== '');

const isTrusted = (address: string, proxies: TrustedProxies): boolean => {
  const groups = parseIpAddress(address);
  return groups !== undefined && proxies.some((range) => isInRange(groups, range));
};

/** IPv4 as such, also where the socket is of both kinds. */
const withoutMapping = (address: string): string =>
  address.startsWith('::ffff:') ? address.slice('::ffff:'.length) : address;
