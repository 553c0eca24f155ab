import fc from 'fast-check';
import { S3Error } from '../error/s3-error.ts';
import { contentRange, resolveCopyRange, resolveRange } from './byte-range.ts';
import {
  evaluateCopySourceConditions,
  evaluateReadConditions,
  matchesEtag,
  readConditions,
  readWriteCondition,
} from './etag-condition.ts';
import { formatHttpDate, parseHttpDate } from './http-date.ts';

const errorOf = (run: () => unknown): S3Error | undefined => {
  try {
    run();
  } catch (error) {
    if (error instanceof S3Error) return error;
    throw error;
  }
  return undefined;
};

test.each([
  [undefined, 100, undefined],
  ['bytes=0-9', 100, [0, 10]],
  ['bytes=90-200', 100, [90, 10]],
  ['bytes=99-', 100, [99, 1]],
  ['bytes=-10', 100, [90, 10]],
  ['bytes=-101', 100, [0, 100]],
  ['bytes=10-5', 100, undefined],
  ['bytes=a-z', 100, undefined],
  ['bytes=0-0,1-2', 100, undefined],
  ['foo=0-1', 100, undefined],
  ['bytes=-', 100, undefined],
])('range %s of %d', (header, size, expected) => {
  const range = resolveRange(header, size);
  expect(range === undefined ? undefined : [range.offsetBytes, range.lengthBytes]).toEqual(expected);
});

test.each([
  ['bytes=-0', 100],
  ['bytes=100-', 100],
  ['bytes=0-0', 0],
  ['bytes=-1', 0],
])('range %s of %d cannot be satisfied', (header, size) => {
  const error = errorOf(() => resolveRange(header, size));
  expect(error?.code).toBe('InvalidRange');
  expect(error?.status).toBe(416);
  expect(error?.details).toEqual({ RangeRequested: header, ActualObjectSize: String(size) });
  expect(error?.headers).toEqual(['Content-Range', `bytes */${size}`]);
});

test('copy ranges are strict', () => {
  expect(resolveCopyRange('bytes=0-9', 10)).toEqual({ offsetBytes: 0, lengthBytes: 10 });
  expect(resolveCopyRange(undefined, 10)).toBeUndefined();
  expect(errorOf(() => resolveCopyRange('bytes=0-', 10))?.code).toBe('InvalidArgument');
  expect(errorOf(() => resolveCopyRange('bytes=5-4', 10))?.code).toBe('InvalidArgument');
  expect(errorOf(() => resolveCopyRange('bytes=0-10', 10))?.code).toBe('InvalidRange');
  expect(contentRange({ offsetBytes: 5, lengthBytes: 5 }, 10)).toBe('bytes 5-9/10');
});

const modified = Date.UTC(2026, 7, 21, 12, 0, 0, 700);
const same = 'Fri, 21 Aug 2026 12:00:00 GMT';
const before = 'Fri, 21 Aug 2026 11:59:59 GMT';
const after = 'Fri, 21 Aug 2026 12:00:01 GMT';

test.each<[string, Record<string, string>, string]>([
  ['If-Match true', { 'if-match': '"e"' }, 'proceed'],
  ['If-Match bare', { 'if-match': 'e' }, 'proceed'],
  ['If-Match star', { 'if-match': '*' }, 'proceed'],
  ['If-Match list', { 'if-match': '"x", "e"' }, 'proceed'],
  ['If-Match false', { 'if-match': '"x"' }, 'PreconditionFailed'],
  ['If-Match true silences If-Unmodified-Since', { 'if-match': 'e', 'if-unmodified-since': before }, 'proceed'],
  ['If-Unmodified-Since false', { 'if-unmodified-since': before }, 'PreconditionFailed'],
  ['If-Unmodified-Since same second', { 'if-unmodified-since': same }, 'proceed'],
  ['If-None-Match matching', { 'if-none-match': 'W/"e"' }, 'not-modified'],
  ['If-None-Match other silences If-Modified-Since', { 'if-none-match': 'x', 'if-modified-since': after }, 'proceed'],
  ['If-Modified-Since same second', { 'if-modified-since': same }, 'not-modified'],
  ['If-Modified-Since before', { 'if-modified-since': before }, 'proceed'],
  ['unreadable date', { 'if-modified-since': 'yesterday', 'if-unmodified-since': '' }, 'proceed'],
  ['If-Match false wins over If-None-Match', { 'if-match': 'x', 'if-none-match': 'e' }, 'PreconditionFailed'],
])('%s', (_name, headers, expected) => {
  const conditions = readConditions(headers);
  let decision: string | undefined = 'none';
  const error = errorOf(() => {
    decision = conditions === undefined ? 'proceed' : evaluateReadConditions(conditions, 'e', modified);
  });
  expect(error?.code ?? decision).toBe(expected);
  const copy = errorOf(() => conditions && evaluateCopySourceConditions(conditions, 'e', modified));
  expect(copy?.code).toBe(expected === 'proceed' ? undefined : 'PreconditionFailed');
});

test('write conditions', () => {
  expect(readWriteCondition({})).toBeUndefined();
  expect(readWriteCondition({ 'if-none-match': '*' })).toEqual({ ifNoneMatch: '*' });
  expect(readWriteCondition({ 'if-match': '"e"' })).toEqual({ ifMatch: 'e' });
  expect(errorOf(() => readWriteCondition({ 'if-none-match': '"e"' }))?.code).toBe('NotImplemented');
  expect(readWriteCondition({ 'if-none-match': '"e"' }, true)).toEqual({ ifNoneMatch: 'e' });
  expect(errorOf(() => readWriteCondition({ 'if-none-match': '*', 'if-match': 'e' }))?.code).toBe('NotImplemented');
  expect(matchesEtag('', 'e')).toBe(false);
});

test('dates in all forms', () => {
  const timeMs = Date.UTC(1994, 10, 6, 8, 49, 37);
  for (const text of [
    'Sun, 06 Nov 1994 08:49:37 GMT',
    'Sunday, 06-Nov-94 08:49:37 GMT',
    'Sun Nov  6 08:49:37 1994',
    '1994-11-06T08:49:37Z',
  ]) {
    expect(parseHttpDate(text)).toBe(timeMs);
  }
  for (const text of ['', 'now', 'Sun, 31 Feb 1994 08:49:37 GMT', 'Sun, 06 Xyz 1994 08:49:37 GMT']) {
    expect(parseHttpDate(text)).toBeUndefined();
  }
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4_000_000_000 }), (second) => {
      expect(parseHttpDate(formatHttpDate(second * 1000 + 999))).toBe(second * 1000);
    }),
  );
});
