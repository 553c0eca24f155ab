/**
 * Which addresses a webhook may reach.
 *
 * Targets are configured by the operator, so private networks are fine. Link-local and metadata addresses are refused whatever the
 * configuration says: they hand out the machine's own credentials. Loopback is reached only when the endpoint itself says so (a loopback
 * literal, `localhost` or a name below it), never through a name of the public DNS that happens to resolve there.
 */
import { type LookupAddress, lookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

const NEVER = new BlockList();
NEVER.addSubnet('169.254.0.0', 16, 'ipv4');
NEVER.addSubnet('fe80::', 10, 'ipv6');
NEVER.addAddress('fd00:ec2::254', 'ipv6');
NEVER.addAddress('100.100.100.200', 'ipv4');
NEVER.addAddress('192.0.0.192', 'ipv4');
NEVER.addSubnet('0.0.0.0', 8, 'ipv4');
NEVER.addAddress('::', 'ipv6');
NEVER.addSubnet('224.0.0.0', 4, 'ipv4');
NEVER.addAddress('255.255.255.255', 'ipv4');
NEVER.addSubnet('ff00::', 8, 'ipv6');

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/** The endpoint leads to an address that a webhook must not reach. */
export class AddressRefused extends Error {
  override readonly name = 'AddressRefused';

  constructor(host: string, address: string) {
    super(host === address ? `${address} may not be reached` : `${host} leads to ${address}, which may not be reached`);
  }
}

/** Host of a URL without the brackets of IPv6. */
export function hostOf(endpoint: URL): string {
  return endpoint.hostname.replace(/^\[|\]$/g, '');
}

/** Throws AddressRefused for an endpoint whose host is a refused literal. A name is checked when it is resolved. */
export function checkEndpointHost(endpoint: URL): void {
  const host = hostOf(endpoint);
  if (isIP(host) !== 0 && isRefused(host, true)) throw new AddressRefused(host, host);
}

/** Resolves like the system does and refuses every answer that holds a refused address: one connection, one check, no second look-up. */
export function createGuardedLookup(endpoint: URL): LookupFunction {
  const mayBeLoopback = namesLoopback(hostOf(endpoint));
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) {
        callback(error, '');
        return;
      }
      const refused = addresses.find(({ address }) => isRefused(address, mayBeLoopback));
      if (refused !== undefined) callback(new AddressRefused(hostname, refused.address), '');
      else answer(addresses, options.all === true, callback);
    });
  };
}

function answer(addresses: LookupAddress[], all: boolean, callback: Parameters<LookupFunction>[2]): void {
  const [first] = addresses;
  if (all) callback(null, addresses);
  else callback(null, first?.address ?? '', first?.family ?? 4);
}

function isRefused(address: string, mayBeLoopback: boolean): boolean {
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  // BlockList sees an IPv4 address inside an IPv6 one (::ffff:169.254.1.1).
  if (NEVER.check(address, family)) return true;
  return !mayBeLoopback && LOOPBACK.check(address, family);
}

function namesLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/\.$/, '');
  if (name === 'localhost' || name.endsWith('.localhost')) return true;
  const family = isIP(name);
  return family !== 0 && LOOPBACK.check(name, family === 6 ? 'ipv6' : 'ipv4');
}
