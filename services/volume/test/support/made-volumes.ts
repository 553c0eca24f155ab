import { cpSync } from 'node:fs';
import type { VolumeServiceOptions } from '../../src/index.ts';
import { encodeOnly, upload } from './ec-volumes.ts';
import { startTestService, type TestService } from './start-test-service.ts';
import { tempDirectory } from './test-volumes.ts';

/** Files that belong to a running server, not to its volumes. */
const OF_A_SERVER = /uuid|lock/;

/** The volumes of a directory, in a directory of their own. */
export function copyOfVolumes(path: string): string {
  const copy = tempDirectory();
  cpSync(path, copy, { recursive: true, filter: (file) => !OF_A_SERVER.test(file) });
  return copy;
}

/** Volume 1 with the same needles in the states from which tests start: each state is made once, and every test gets a copy of it. */
export class MadeVolumes {
  readonly #needles: ReadonlyMap<string, Buffer>;
  readonly #options: Partial<VolumeServiceOptions>;
  readonly #made = new Map<string, string>();

  constructor(needles: ReadonlyMap<string, Buffer>, options: Partial<VolumeServiceOptions> = {}) {
    this.#needles = needles;
    this.#options = options;
  }

  /** A copy of the state of this name, which `make` brings about on a server that holds all needles. */
  async copyOf(name: string, make: (service: TestService) => Promise<void>): Promise<string> {
    let path = this.#made.get(name);
    if (path === undefined) {
      const service = await startTestService(this.#options);
      await service.client.call.AllocateVolume({ volume_id: 1, version: 3 });
      await upload(service.url, this.#needles);
      await make(service);
      path = service.path;
      await service.close(0);
      this.#made.set(name, path);
    }
    return copyOfVolumes(path);
  }

  /** Data and index, as they were written. */
  plain(): Promise<string> {
    return this.copyOf('plain', async () => undefined);
  }

  /** Only shards; with `deletedFid` one deletion in the journal, of which a plain volume would know by its index. */
  encoded(deletedFid?: string): Promise<string> {
    return this.copyOf(`encoded, without ${deletedFid}`, async (service) => {
      await encodeOnly(service, 1);
      if (deletedFid !== undefined) await fetch(`${service.url}/${deletedFid}`, { method: 'DELETE' });
    });
  }
}
