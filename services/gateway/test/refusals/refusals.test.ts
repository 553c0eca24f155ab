/** Every rule of the S3 reference that names an error: status, code, document; and no refused request leaves anything behind. */
import { differences, readState, type StoreState } from '../support/read-state.ts';
import { ACCESS_REFUSALS } from './access-refusals.ts';
import { AUTHENTICATION_REFUSALS } from './authentication-refusals.ts';
import { BODY_REFUSALS } from './body-refusals.ts';
import { CONFIGURATION_REFUSALS } from './configuration-refusals.ts';
import { OBJECT_REFUSALS } from './object-refusals.ts';
import type { Refusal } from './refusal.ts';
import { type RefusalStore, startRefusalStore } from './refusal-store.ts';
import { REQUEST_REFUSALS } from './request-refusals.ts';
import { UPLOAD_REFUSALS } from './upload-refusals.ts';
import { VERSION_REFUSALS } from './version-refusals.ts';

/** How long a handed over needle may need to reach the garbage list. */
const SETTLED_WITHIN_MS = 10_000;

let store: RefusalStore;
let before: StoreState;
beforeAll(async () => {
  store = await startRefusalStore();
  before = await readState(store.store);
});
afterAll(() => store.close());

/** Needles of a refused upload are on their way to the collector when the answer is sent. */
const settled = async (): Promise<readonly string[]> => {
  const untilMs = performance.now() + SETTLED_WITHIN_MS;
  for (;;) {
    const state = await readState(store.store);
    const changed = differences(before, state);
    if (changed.length > 0 && performance.now() < untilMs) continue;
    // What one request left behind is its own fault alone.
    before = state;
    return changed;
  }
};

describe.each([
  ['requests', REQUEST_REFUSALS],
  ['signatures', AUTHENTICATION_REFUSALS],
  ['bodies', BODY_REFUSALS],
  ['objects', OBJECT_REFUSALS],
  ['uploads', UPLOAD_REFUSALS],
  ['versions and locks', VERSION_REFUSALS],
  ['access', ACCESS_REFUSALS],
  ['configurations', CONFIGURATION_REFUSALS],
])('%s', (_area, refusals) => {
  test.each<Refusal>(refusals)('rule $rule: $what', async ({ ask, status, code, elements }) => {
    const answer = await ask(store);
    expect([answer.status, answer.code]).toEqual([status, code]);
    if (status === 200) {
      // One of many was refused, in a document that is no error.
    } else if (code !== undefined) {
      expect(answer.headers['content-type']).toBe('application/xml');
      expect(answer.element('Message')).toMatch(/\S/);
      expect(answer.element('RequestId')).toBe(answer.headers['x-amz-request-id']);
    } else {
      expect(answer.body.length).toBe(0);
    }
    const found = Object.fromEntries(Object.keys(elements).map((name) => [name, answer.element(name)]));
    const wanted = Object.entries(elements).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : expect.stringMatching(value),
    ]);
    expect(found).toEqual(Object.fromEntries(wanted));
    expect(await settled()).toEqual([]);
  });
});
