/** ListObjects and ListObjectsV2 (s3.md rules 36 to 38). */
import fc from 'fast-check';
import { startTestStore, type TestStore } from './support/start-test-store.ts';
import type { Answer } from './support/test-client.ts';

let store: TestStore;
beforeAll(async () => {
  store = await startTestStore();
});
afterAll(() => store.close());

const call = (...args: Parameters<TestStore['client']['call']>): Promise<Answer> => store.client.call(...args);

const fill = async (bucket: string, keys: readonly string[]): Promise<void> => {
  await call('PUT', `/${bucket}`);
  for (const key of keys) expect((await call('PUT', [bucket, key], { body: 'x' })).status).toBe(200);
};

interface Listing {
  readonly keys: readonly string[];
  readonly prefixes: readonly string[];
  readonly answer: Answer;
}

/** One page; names arrive URL-encoded and are decoded. */
const list = async (bucket: string, parameters: Readonly<Record<string, string>>): Promise<Listing> => {
  const query = Object.entries({ 'encoding-type': 'url', ...parameters })
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&');
  const answer = await call('GET', `/${bucket}`, { query });
  expect(answer.status).toBe(200);
  const names = (element: string): string[] =>
    [...answer.text.matchAll(new RegExp(`<${element}>(.*?)</${element}>`, 'g'))].map(([, inside = '']) =>
      decodeURIComponent(/<(?:Key|Prefix)>([^<]*)</.exec(inside)?.[1] ?? ''),
    );
  return { keys: names('Contents'), prefixes: names('CommonPrefixes'), answer };
};

/** All pages of a listing, by either version. */
const listAll = async (bucket: string, version: 1 | 2, parameters: Readonly<Record<string, string>>) => {
  const keys: string[] = [];
  const prefixes: string[] = [];
  let position: Record<string, string> = version === 2 ? { 'list-type': '2' } : {};
  for (;;) {
    const page = await list(bucket, { ...parameters, ...position });
    keys.push(...page.keys);
    prefixes.push(...page.prefixes);
    if (page.answer.element('IsTruncated') !== 'true') return { keys, prefixes };
    position =
      version === 2
        ? { 'list-type': '2', 'continuation-token': page.answer.element('NextContinuationToken') ?? '' }
        : { marker: decodeURIComponent(page.answer.element('NextMarker') ?? '') || (page.keys.at(-1) ?? '') };
  }
};

const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** What S3 says a listing holds. */
const model = (all: readonly string[], prefix: string, delimiter: string) => {
  const keys: string[] = [];
  const prefixes = new Set<string>();
  for (const key of [...all].sort(byBytes)) {
    if (!key.startsWith(prefix)) continue;
    const at = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    if (at < 0) keys.push(key);
    else prefixes.add(key.slice(0, at + delimiter.length));
  }
  return { keys, prefixes: [...prefixes] };
};

const KEYS = [
  'foo/bar',
  'foo/baz/xyzzy',
  'foo+1/everything',
  'quux',
  'b\u{1F600}',
  'b\uffee',
  'a b',
  'a%b',
  'a--b--c',
  'a--',
  'z\n',
  'z"&<>',
];

test('keys are in the order of their bytes, not of UTF-16 units', async () => {
  await fill('ordered', KEYS);
  const { keys } = await list('ordered', {});
  expect(keys).toEqual([...KEYS].sort(byBytes));
  expect(keys.indexOf('b\uffee')).toBeLessThan(keys.indexOf('b\u{1F600}'));
  const { prefixes } = await list('ordered', { delimiter: '/' });
  expect(prefixes).toEqual(['foo+1/', 'foo/']);
});

test('any prefix, delimiter and page size give what the model says', async () => {
  await fill('modelled', KEYS);
  const text = fc.constantFrom('', '/', '--', '-', ' ', '%', 'foo/', 'foo', 'a', 'b', 'ba', 'none', '\n');
  await fc.assert(
    fc.asyncProperty(
      text,
      text,
      fc.integer({ min: 1, max: 4 }),
      fc.constantFrom(1 as const, 2 as const),
      async (prefix, delimiter, maxKeys, version) => {
        const found = await listAll('modelled', version, { prefix, delimiter, 'max-keys': String(maxKeys) });
        expect(found).toEqual(model(KEYS, prefix, delimiter));
      },
    ),
    { numRuns: 60 },
  );
});

test('without an encoding, what does not fit XML is a numeric entity', async () => {
  await fill('controls', ['a\u0001b', 'c\nd']);
  const answer = await call('GET', '/controls');
  expect(answer.text).toContain('<Key>a&#x1;b</Key>');
  expect(answer.text).toContain('<Key>c&#xa;d</Key>');
  expect((await call('GET', '/controls', { query: 'encoding-type=url' })).text).toContain('<Key>a%01b</Key>');
});

test('a page may be empty, and holds a thousand at most', async () => {
  await fill('sized', ['a', 'b']);
  for (const version of ['1', '2']) {
    const none = await list('sized', { 'list-type': version, 'max-keys': '0' });
    expect([none.keys, none.answer.element('IsTruncated'), none.answer.element('MaxKeys')]).toEqual([[], 'false', '0']);
    const many = await list('sized', { 'list-type': version, 'max-keys': '5000' });
    expect([many.keys, many.answer.element('MaxKeys')]).toEqual([['a', 'b'], '1000']);
  }
});

test('the first version names its next marker only with a delimiter; a marker need not exist', async () => {
  await fill('marked', ['a', 'b/1', 'b/2', 'c']);
  const plain = await list('marked', { 'max-keys': '2' });
  expect([plain.answer.element('IsTruncated'), plain.answer.element('NextMarker')]).toEqual(['true', undefined]);
  const grouped = await list('marked', { 'max-keys': '2', delimiter: '/' });
  expect([grouped.keys, grouped.prefixes, grouped.answer.element('NextMarker')]).toEqual([['a'], ['b/'], 'b/']);
  const rest = await list('marked', { delimiter: '/', marker: 'b/' });
  expect([rest.keys, rest.prefixes]).toEqual([['c'], []]);
  expect((await list('marked', { marker: 'bb' })).keys).toEqual(['c']);
  expect((await list('marked', { marker: 'zzz' })).keys).toEqual([]);
});

test('the second version: a token overrules start-after, owners on request, counts', async () => {
  await fill('tokens', ['a', 'b', 'c', 'd/1']);
  const first = await list('tokens', { 'list-type': '2', 'start-after': 'a', 'max-keys': '1', delimiter: '/' });
  expect([first.keys, first.answer.element('KeyCount'), first.answer.element('StartAfter')]).toEqual([['b'], '1', 'a']);
  expect(first.answer.text).not.toContain('<Owner>');
  const token = first.answer.element('NextContinuationToken') ?? '';
  const second = await list('tokens', {
    'list-type': '2',
    'start-after': 'zzz',
    'continuation-token': token,
    delimiter: '/',
    'fetch-owner': 'true',
  });
  expect([second.keys, second.prefixes, second.answer.element('KeyCount')]).toEqual([['c'], ['d/'], '2']);
  expect(second.answer.element('ContinuationToken')).toBe(token);
  expect(second.answer.text).toContain('<Owner><ID>');
  const empty = await list('tokens', { 'list-type': '2', 'continuation-token': '' });
  expect([empty.keys.length, empty.answer.element('ContinuationToken')]).toEqual([4, '']);
});

test('a key that is the prefix itself is an object', async () => {
  await fill('folders', ['dir/', 'dir/a', 'dir/sub/']);
  const found = await list('folders', { prefix: 'dir/', delimiter: '/' });
  expect([found.keys, found.prefixes]).toEqual([['dir/', 'dir/a'], ['dir/sub/']]);
});

test('uploads that go on appear in no list and hide no prefix', async () => {
  await fill('pending', ['p/done']);
  await call('POST', '/pending/p/going', { query: 'uploads' });
  await call('POST', '/pending/q/going', { query: 'uploads' });
  expect((await list('pending', {})).keys).toEqual(['p/done']);
  expect((await list('pending', { delimiter: '/' })).prefixes).toEqual(['p/']);
});

test.each([
  ['max-keys=-1', 'max-keys'],
  ['max-keys=1.5', 'max-keys'],
  ['max-keys=2147483648', 'max-keys'],
  ['encoding-type=xml', 'encoding-type'],
  ['list-type=2&continuation-token=!', 'continuation-token'],
])('%s is refused', async (query, argument) => {
  await call('PUT', '/strict');
  const answer = await call('GET', '/strict', { query });
  expect([answer.status, answer.code, answer.element('ArgumentName')]).toEqual([400, 'InvalidArgument', argument]);
});
