/** A store with callers of every kind: two accounts, a user of the first one without grants, and nobody. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type GatewayOptions, parseCompatibility } from '../../src/index.ts';
import { startTestStore, type TestStore } from './start-test-store.ts';
import { type Answer, type CallOptions, TestClient } from './test-client.ts';

export const MAIN_ACCOUNT = '111111111111';
export const ALT_ACCOUNT = '222222222222';

export interface Caller {
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
}

export interface AccessStore {
  readonly store: TestStore;
  readonly root: Caller;
  readonly main: Caller;
  readonly alt: Caller;
  /** A user of the main account that may do nothing of itself. */
  readonly user: Caller;
  readonly nobody: Caller;
  close(): Promise<void>;
}

const identity = (name: string, accountId: string, actions: readonly string[]) => ({
  name,
  account: { id: accountId },
  credentials: [{ accessKey: `KEY-${name}`, secretKey: `secret-of-${name}` }],
  actions,
});

export const startAccessStore = async (
  compatibility: readonly string[] = [],
  overrides: Partial<GatewayOptions> = {},
): Promise<AccessStore> => {
  const directory = mkdtempSync(join(tmpdir(), 'needlestack-access-'));
  const identitiesPath = join(directory, 'identities.json');
  writeFileSync(
    identitiesPath,
    JSON.stringify({
      accounts: [
        { id: MAIN_ACCOUNT, displayName: 'main', emailAddress: 'Main@example.com' },
        { id: ALT_ACCOUNT, displayName: 'alt', emailAddress: 'alt@example.com' },
      ],
      identities: [
        identity('main', MAIN_ACCOUNT, ['Admin']),
        identity('alt', ALT_ACCOUNT, ['Admin']),
        identity('user', MAIN_ACCOUNT, []),
      ],
    }),
  );
  const store = await startTestStore({
    ...overrides,
    identitiesPath,
    compatibility: parseCompatibility(compatibility),
  });
  const clientOf = (name: string): Caller =>
    new TestClient(store.port, { accessKeyId: `KEY-${name}`, secretAccessKey: `secret-of-${name}` });
  return {
    store,
    root: store.client,
    main: clientOf('main'),
    alt: clientOf('alt'),
    user: clientOf('user'),
    nobody: {
      call: (method, path, { query, headers, body } = {}) => {
        const bytes = Buffer.from(body ?? '');
        const target = query === undefined ? path : `${path}?${query}`;
        return store.client.send(method, target, { 'content-length': String(bytes.length), ...headers }, [bytes]);
      },
    },
    close: async () => {
      await store.close();
      rmSync(directory, { recursive: true });
    },
  };
};

/** Status and error code, as tests compare them. */
export const outcome = async (asking: Promise<Answer>): Promise<readonly [number, string | undefined]> => {
  const { status, code } = await asking;
  return [status, code];
};

export const DENIED = [403, 'AccessDenied'] as const;
export const OK = [200, undefined] as const;
