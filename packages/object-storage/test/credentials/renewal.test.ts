import { randomBytes } from 'node:crypto';
import { BufferedMultipartWriter, S3Storage } from '../../src/index.ts';
import { refuse, ScriptedStore, storageErrorOf } from '../../testing/index.ts';
import { agentDocument, ChainFixture } from './chain-fixture.ts';

const MIB = 2 ** 20;
const PARTS = 36;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

let fixture: ChainFixture;
beforeEach(() => {
  fixture = new ChainFixture();
});
afterEach(() => fixture.close());

/** An agent that gives out AK1, AK2 and so on, each for so long. */
async function agentOf(lifeMs: number) {
  const state = { isDown: false };
  const agent = await fixture.serve((_request, count) =>
    state.isDown ? [500, ''] : [200, agentDocument(`AK${count}`, fixture.isoIn(lifeMs))],
  );
  const chain = fixture.chain({ AWS_CONTAINER_CREDENTIALS_FULL_URI: agent.url });
  return { agent, chain, state };
}

const turns = async () => {
  for (let turn = 0; turn < 200; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};
const until = async (condition: () => boolean) => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
};

test('one question for all who wait; renewed in the background ahead of expiry', async () => {
  const { agent, chain } = await agentOf(HOUR_MS);
  const found = await Promise.all(Array.from({ length: 20 }, () => chain.current()));
  expect(new Set(found.map(({ accessKeyId }) => accessKeyId))).toEqual(new Set(['AK1']));
  expect(agent.seen).toHaveLength(1);
  fixture.clock.advance(HOUR_MS - 6 * MINUTE_MS);
  await chain.current();
  await turns();
  expect(agent.seen).toHaveLength(1);
  fixture.clock.advance(MINUTE_MS);
  // Those in hand are good for five more minutes: nobody waits.
  expect((await chain.current()).accessKeyId).toBe('AK1');
  await until(() => agent.seen.length === 2);
  while ((await chain.current()).accessKeyId !== 'AK2') await turns();
});

test('a renewal that fails keeps what is good, warns, and rests; expired ones are an error', async () => {
  const { agent, chain, state } = await agentOf(HOUR_MS);
  await chain.current();
  state.isDown = true;
  fixture.clock.advance(HOUR_MS - 3 * MINUTE_MS);
  await chain.current();
  await until(() => fixture.warnings.length === 1);
  expect(fixture.warnings[0]).toContain('those held are still good');
  const asked = agent.seen.length;
  expect((await chain.current()).accessKeyId).toBe('AK1');
  await turns();
  expect(agent.seen).toHaveLength(asked);
  fixture.clock.advance(4 * MINUTE_MS);
  expect((await storageErrorOf(chain.current())).code).toBe('credentials-unavailable');
  // A failure is not remembered.
  state.isDown = false;
  expect((await chain.current()).accessKeyId).toMatch(/^AK/);
});

test('an instance whose metadata is away lives on with expired credentials for some minutes', async () => {
  const state = { isDown: false };
  const service = await fixture.serve(({ method, url }) => {
    if (state.isDown) return [500, ''];
    if (method === 'PUT') return [200, 'T'];
    return url.endsWith('/') ? [200, 'role'] : [200, agentDocument('AKI', fixture.isoIn(HOUR_MS))];
  });
  const chain = fixture.chain({
    AWS_EC2_METADATA_DISABLED: '',
    AWS_EC2_METADATA_SERVICE_ENDPOINT: service.url,
  });
  await chain.current();
  state.isDown = true;
  fixture.clock.advance(2 * HOUR_MS);
  expect((await chain.current()).accessKeyId).toBe('AKI');
  expect(fixture.warnings.at(-1)).toContain('expired credentials are used for some more minutes');
  const asked = service.seen.length;
  fixture.clock.advance(5 * MINUTE_MS);
  await chain.current();
  expect(service.seen).toHaveLength(asked);
  fixture.clock.advance(5 * MINUTE_MS);
  await chain.current();
  expect(service.seen.length).toBeGreaterThan(asked);
});

test("an abort ends one caller's waiting, not the question", async () => {
  let answer = false;
  const agent = await fixture.serve(() => (answer ? [200, agentDocument('AK')] : 'hang'));
  const chain = fixture.chain({ AWS_CONTAINER_CREDENTIALS_FULL_URI: agent.url });
  const abort = new AbortController();
  const waiting = chain.current(abort.signal);
  const patient = chain.current();
  await until(() => agent.seen.length === 1);
  answer = true;
  abort.abort(new Error('enough'));
  await expect(waiting).rejects.toThrow('enough');
  expect((await patient).accessKeyId).toBe('AK');
});

describe('at a store', () => {
  let backend: ScriptedStore;
  beforeEach(async () => {
    backend = await ScriptedStore.start();
  });
  afterEach(() => backend.close());

  /** Which of an agent's credentials a request was signed with. */
  const signerOf = (authorization: string | undefined) => Number(/Credential=AK(\d+)\//.exec(authorization ?? '')?.[1]);

  test('ExpiredToken: renewed once for all requests, signed anew, no wait', async () => {
    const { agent, chain } = await agentOf(HOUR_MS);
    backend.script = ({ headers }, response) => {
      if (signerOf(headers.authorization) > 1) return false;
      refuse(response, 400, 'ExpiredToken');
      return true;
    };
    const storage = new S3Storage({
      bucket: 'bucket',
      endpoint: backend.endpoint,
      credentials: chain,
      clock: fixture.clock,
    });
    await Promise.all(Array.from({ length: 8 }, (_, index) => storage.put(`k${index}`, Buffer.from('x'))));
    expect(backend.objects.size).toBe(8);
    expect(agent.seen).toHaveLength(2);
    expect(fixture.clock.waitsMs).toEqual([]);
    backend.script = (_request, response) => {
      refuse(response, 400, 'ExpiredToken');
      return true;
    };
    const error = await storageErrorOf(storage.put('k', Buffer.from('x')));
    expect([error.code, error.backendCode]).toEqual(['access-denied', 'ExpiredToken']);
    expect(agent.seen).toHaveLength(3);
    storage.close();
  });

  test('an upload of 30 minutes with credentials of 60 s loses nothing', async () => {
    const lifeMs = MINUTE_MS;
    const { agent, chain } = await agentOf(lifeMs);
    const issuedAtMs = new Map<number, number>();
    const signers = new Set<number>();
    let expired = 0;
    backend.script = ({ headers }, response) => {
      const signer = signerOf(headers.authorization);
      const nowMs = fixture.clock.nowMs();
      if (!issuedAtMs.has(signer)) issuedAtMs.set(signer, nowMs);
      if (nowMs - (issuedAtMs.get(signer) ?? 0) < lifeMs) {
        signers.add(signer);
        return false;
      }
      expired += 1;
      refuse(response, 400, 'ExpiredToken');
      return true;
    };
    const storage = new S3Storage({
      bucket: 'bucket',
      endpoint: backend.endpoint,
      credentials: chain,
      clock: fixture.clock,
    });
    const part = randomBytes(5 * MIB);
    const writer = new BufferedMultipartWriter(storage, 'k', { partSizeBytes: 5 * MIB, maxPartsInFlight: 1 });
    for (let count = 0; count < PARTS; count += 1) {
      part.writeUInt32BE(count);
      const { acknowledged } = await writer.append(part);
      await acknowledged;
      // Now and then the whole life passes between two parts.
      fixture.clock.advance(count % 6 === 0 ? 100_000 : 45_000);
    }
    expect(fixture.clock.nowMs() - Date.UTC(2026, 0, 1)).toBeGreaterThan(30 * MINUTE_MS);
    await writer.seal();
    const stored = backend.objects.get('k') ?? Buffer.alloc(0);
    expect(stored.length).toBe(PARTS * part.length);
    for (let count = 0; count < PARTS; count += 1) expect(stored.readUInt32BE(count * part.length)).toBe(count);
    expect(signers.size).toBeGreaterThan(20);
    expect(agent.seen.length).toBeLessThan(70);
    expect(expired).toBeLessThan(10);
    storage.close();
  });
});
