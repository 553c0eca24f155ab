import { S3Storage, type S3StorageOptions } from '../../src/index.ts';
import { RecordingClock, ScriptedStore } from '../../testing/index.ts';

/** A store that a test tells how to behave, and storages on it whose waits take no time. */
export interface FaultFixture {
  backend: ScriptedStore;
  clock: RecordingClock;
  /** Closed after the test. */
  open(options?: Partial<S3StorageOptions>): S3Storage;
}

/** Declares a fixture that is new for each test of the file. */
export function faultFixture(): FaultFixture {
  const opened: S3Storage[] = [];
  const at = {
    open: (options: Partial<S3StorageOptions> = {}): S3Storage => {
      const storage = new S3Storage({
        bucket: 'bucket',
        endpoint: at.backend.endpoint,
        credentials: { accessKeyId: 'AKID', secretAccessKey: 'hush' },
        clock: at.clock,
        random: () => 0.5,
        conditionalWrites: 'atomic',
        ...options,
      });
      opened.push(storage);
      return storage;
    },
  } as FaultFixture;
  beforeEach(async () => {
    at.backend = await ScriptedStore.start();
    at.clock = new RecordingClock();
  });
  afterEach(async () => {
    for (const storage of opened.splice(0)) storage.close();
    await at.backend.close();
  });
  return at;
}
