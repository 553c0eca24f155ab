/** Stores that honour conditions on writes, and stores that ignore them. */
import { refuse, storageErrorOf } from '../testing/index.ts';
import { faultFixture } from './support/fault-fixture.ts';

const at = faultFixture();
const X = Buffer.from('x');

describe('conditional writes, honoured and ignored', () => {
  test('a store that honours conditions is found to, once', async () => {
    const storage = at.open({ conditionalWrites: 'probe', prefix: 'p/' });
    expect(await storage.conditionalWrites()).toBe('atomic');
    expect(await storage.conditionalWrites()).toBe('atomic');
    expect(at.backend.seen.map(({ method }) => method)).toEqual(['PUT', 'PUT', 'PUT', 'DELETE']);
    for (const { path } of at.backend.seen) expect(path).toMatch(/^p\/\.needlestack-probe-/);
    expect(at.backend.objects.size).toBe(0);
    await storage.putIfAbsent('k', X);
    expect(at.backend.seen.at(-1)?.headers['if-none-match']).toBe('*');
  });

  test('one that ignores them is found to; then it is checked before', async () => {
    at.backend.honoursConditions = false;
    const storage = at.open({ conditionalWrites: 'probe' });
    const { etag } = await storage.putIfAbsent('k', X);
    expect(await storage.conditionalWrites()).toBe('best-effort');
    expect((await storageErrorOf(storage.putIfAbsent('k', X))).code).toBe('already-exists');
    expect((await storageErrorOf(storage.putIfMatch('k', 'stale', X))).code).toBe('precondition-failed');
    expect((await storageErrorOf(storage.putIfMatch('none', etag, X))).code).toBe('not-found');
    await storage.putIfMatch('k', etag, Buffer.from('y'));
    const strict = await storageErrorOf(storage.putIfAbsent('new', X, { requireAtomic: true }));
    expect(strict.code).toBe('conditional-write-unsupported');
  });

  test('one that says so with 501', async () => {
    at.backend.script = ({ headers }, response) => {
      if (headers['if-none-match'] === undefined) return false;
      refuse(response, 501, 'NotImplemented');
      return true;
    };
    const storage = at.open({ conditionalWrites: 'atomic' });
    await storage.putIfAbsent('k', X);
    expect((await storageErrorOf(storage.putIfAbsent('k', X))).code).toBe('already-exists');
    expect(await storage.conditionalWrites()).toBe('best-effort');
  });

  test('409 is a race and tried again, never "exists"', async () => {
    at.backend.script = ({ method }, response, attempt) => {
      if (method !== 'PUT' || attempt > 2) return false;
      refuse(response, 409, 'ConditionalRequestConflict');
      return true;
    };
    await at.open().putIfAbsent('k', X);
    expect(at.backend.objects.get('k')).toEqual(X);
  });

  test('a probe that fails is not remembered', async () => {
    at.backend.script = (_request, response) => {
      refuse(response, 403, 'AccessDenied');
      return true;
    };
    const storage = at.open({ conditionalWrites: 'probe' });
    expect((await storageErrorOf(storage.conditionalWrites())).code).toBe('access-denied');
    at.backend.script = () => false;
    expect(await storage.conditionalWrites()).toBe('atomic');
  });
});
