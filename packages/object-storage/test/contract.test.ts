import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FsStorage, MemoryStorage } from '../src/index.ts';
import { describeObjectStorage } from '../testing/index.ts';

describeObjectStorage(
  'memory',
  async () => {
    const storage = new MemoryStorage();
    return { storage, close: async () => storage.close() };
  },
  { hasMd5Etags: true, keepsAttributes: true, isAtomic: true },
);

describeObjectStorage(
  'fs',
  async () => {
    const directory = mkdtempSync(join(tmpdir(), 'needlestack-fs-storage-'));
    return {
      storage: new FsStorage(join(directory, 'objects')),
      close: async () => rmSync(directory, { recursive: true, force: true }),
    };
  },
  { hasMd5Etags: false, keepsAttributes: false, isAtomic: true },
);
