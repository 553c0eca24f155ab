import { BlockList, isIP } from 'node:net';
import type { AccessOptions } from './volume-options.ts';

/** The keys and the white list in force; an operator may change them while the server runs. */
export class AccessRules {
  #current: AccessOptions;
  #listed: BlockList | undefined;

  constructor(access: AccessOptions) {
    this.#current = access;
    this.#listed = toList(access.whiteList ?? []);
  }

  get current(): AccessOptions {
    return this.#current;
  }

  /** Whether a client of this address may change things. */
  allowsChangesFrom(address: string): boolean {
    if (this.#listed === undefined) return true;
    const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
    const version = isIP(plain);
    return version !== 0 && this.#listed.check(plain, version === 6 ? 'ipv6' : 'ipv4');
  }

  replace(access: AccessOptions): void {
    this.#current = access;
    this.#listed = toList(access.whiteList ?? []);
  }
}

/** Undefined when nobody is named: then all may. A name that is no address lets nobody in. */
function toList(entries: readonly string[]): BlockList | undefined {
  if (entries.length === 0) return undefined;
  const list = new BlockList();
  for (const entry of entries) {
    const [address = '', prefix] = entry.split('/');
    const version = isIP(address);
    if (version === 0) continue;
    const family = version === 6 ? 'ipv6' : 'ipv4';
    if (prefix === undefined) list.addAddress(address, family);
    else if (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (version === 6 ? 128 : 32)) {
      list.addSubnet(address, Number(prefix), family);
    }
  }
  return list;
}
