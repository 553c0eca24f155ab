import { BlockList, isIP } from 'node:net';

/** Addresses and networks that may change things. */
export class WhiteList {
  readonly #list = new BlockList();
  readonly isEmpty: boolean;

  /** Entries that are neither an address nor a network (`10.0.0.0/8`) let nobody in. */
  constructor(entries: readonly string[]) {
    for (const entry of entries) this.#add(entry.trim());
    this.isEmpty = entries.length === 0;
  }

  allows(address: string | undefined): boolean {
    if (this.isEmpty) return true;
    if (address === undefined) return false;
    // A port that listens on IPv6 too names IPv4 clients like this.
    const plain = address.startsWith('::ffff:') && isIP(address.slice(7)) === 4 ? address.slice(7) : address;
    const family = isIP(plain);
    return family !== 0 && this.#list.check(plain, family === 4 ? 'ipv4' : 'ipv6');
  }

  #add(entry: string): void {
    const [address = '', prefix] = entry.split('/');
    const family = isIP(address);
    if (family === 0) return;
    const type = family === 4 ? 'ipv4' : 'ipv6';
    if (prefix === undefined) this.#list.addAddress(address, type);
    else if (isPrefix(prefix, family)) this.#list.addSubnet(address, Number(prefix), type);
  }
}

function isPrefix(text: string, family: number): boolean {
  return /^\d{1,3}$/.test(text) && Number(text) <= (family === 4 ? 32 : 128);
}
