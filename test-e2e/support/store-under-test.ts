import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import {
  type NeedlestackOptions,
  type RunningNeedlestack,
  type StoreCredentials,
  startNeedlestack,
} from '@needlestack/test-servers';

export const REGION = 'us-east-1';

/** The one store that the tests of a file share. Its fields may be read inside tests and hooks, not while the file loads. */
export interface StoreUnderTest {
  readonly process: RunningNeedlestack;
  /** Of the S3 port. */
  readonly url: string;
  readonly credentials: StoreCredentials;
  /** The AWS SDK, path style, with the root credentials. */
  readonly s3: S3Client;
  /** Starts it again, on the same directory and ports, after a test has ended its process. @param environment in place of what it had */
  restart(environment?: Readonly<Record<string, string>>): Promise<void>;
}

/** Starts a store before the tests of this file and stops it after them. Options may be made late, for what other hooks bring up. */
export function storeUnderTest(options: () => NeedlestackOptions = () => ({})): StoreUnderTest {
  let running: RunningNeedlestack | undefined;
  let client: S3Client | undefined;
  const started = (): RunningNeedlestack => {
    if (running === undefined) throw new Error('the store under test does not run');
    return running;
  };
  beforeAll(async () => {
    running = await startNeedlestack(options());
  });
  afterAll(async () => {
    client?.destroy();
    await running?.stop();
  });
  return {
    get process() {
      return started();
    },
    get url() {
      return started().urlOf('s3');
    },
    get credentials() {
      return started().credentials;
    },
    get s3() {
      client ??= createS3Client(started());
      return client;
    },
    restart: async (environment) => {
      running = await started().restart(environment);
    },
  };
}

/** An SDK client at its defaults, but for address, keys, path style and retries, which would hide failures. */
export function createS3Client(store: RunningNeedlestack, overrides: S3ClientConfig = {}): S3Client {
  return new S3Client({
    endpoint: store.urlOf('s3'),
    region: REGION,
    credentials: { ...store.credentials },
    forcePathStyle: true,
    maxAttempts: 1,
    ...overrides,
  });
}
