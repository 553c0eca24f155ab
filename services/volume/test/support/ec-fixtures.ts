import { chmodSync, copyFileSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tempDirectory } from './test-volumes.ts';

export const EC_FIXTURES = fileURLToPath(new URL('../../../../../shared/fixtures/seaweedfs/ec/', import.meta.url));

export function testOnShards(name: string, body: () => Promise<void>): void {
  if (existsSync(EC_FIXTURES)) test(name, body);
  else test.skip(`${name} [skipped: no SeaweedFS fixtures beside the repository]`, body);
}

/** A writable copy of the shards that SeaweedFS made of volume 5. */
export function copyOfShards(wanted: (fileName: string) => boolean = () => true): string {
  const path = tempDirectory();
  for (const file of readdirSync(EC_FIXTURES)) {
    if (!/^ec_5\.(ec|vif)/.test(file) || !wanted(file)) continue;
    copyFileSync(join(EC_FIXTURES, file), join(path, file));
    chmodSync(join(path, file), 0o644);
  }
  return path;
}
