import type { ClientStore } from './client-store.ts';

/** Every way to the store: a name of its environment, and whether that is for path style. Without TLS only those over plain HTTP. */
export function storeAddresses({ tlsObstacle }: ClientStore): (readonly [variable: string, isPathStyle: boolean])[] {
  const all = [
    ['STORE_HTTP', true],
    ['STORE_DOMAIN_HTTP', false],
    ['STORE_HTTPS', true],
    ['STORE_DOMAIN_HTTPS', false],
  ] as const;
  return all.filter(([variable]) => tlsObstacle === undefined || variable.endsWith('HTTP'));
}
