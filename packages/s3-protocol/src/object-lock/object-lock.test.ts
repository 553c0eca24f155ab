import { parseQuery } from '../address/request-target.ts';
import { OBJECT_LOCK_CONFIGURATION } from '../configuration/object-lock-configuration.ts';
import { VERSIONING_CONFIGURATION } from '../configuration/versioning-configuration.ts';
import { S3Error } from '../error/s3-error.ts';
import { parseIsoTime } from '../xml/iso-time.ts';
import { LEGAL_HOLD_DOCUMENT } from './legal-hold-document.ts';
import { readLockHeaders } from './lock-headers.ts';
import { RETENTION_DOCUMENT } from './retention-document.ts';

const codeOf = (action: () => unknown): string => {
  try {
    action();
  } catch (error) {
    if (error instanceof S3Error) return error.code;
    throw error;
  }
  return 'accepted';
};
const lock = (inside: string): Buffer => Buffer.from(`<ObjectLockConfiguration>${inside}</ObjectLockConfiguration>`);
const rule = (inside: string): Buffer =>
  lock(`<ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention>${inside}</DefaultRetention></Rule>`);

test.each([
  ['on alone', lock('<ObjectLockEnabled>Enabled</ObjectLockEnabled>'), 'accepted'],
  ['days', rule('<Mode>GOVERNANCE</Mode><Days>1</Days>'), 'accepted'],
  ['years', rule('<Mode>COMPLIANCE</Mode><Years>100</Years>'), 'accepted'],
  ['not enabled', lock('<ObjectLockEnabled>Disabled</ObjectLockEnabled>'), 'MalformedXML'],
  ['no state', lock(''), 'MalformedXML'],
  ['both lengths', rule('<Mode>GOVERNANCE</Mode><Days>1</Days><Years>1</Years>'), 'MalformedXML'],
  ['no length', rule('<Mode>GOVERNANCE</Mode>'), 'MalformedXML'],
  ['no mode', rule('<Days>1</Days>'), 'MalformedXML'],
  ['a mode in lower case', rule('<Mode>governance</Mode><Days>1</Days>'), 'MalformedXML'],
  ['no days', rule('<Mode>GOVERNANCE</Mode><Days>0</Days>'), 'InvalidRetentionPeriod'],
  ['negative years', rule('<Mode>GOVERNANCE</Mode><Years>-1</Years>'), 'InvalidRetentionPeriod'],
  ['too many days', rule('<Mode>GOVERNANCE</Mode><Days>36501</Days>'), 'InvalidRetentionPeriod'],
  ['too many years', rule('<Mode>GOVERNANCE</Mode><Years>101</Years>'), 'InvalidRetentionPeriod'],
])('object lock configuration: %s', (_what, body, expected) => {
  expect(codeOf(() => OBJECT_LOCK_CONFIGURATION.parse(body))).toBe(expected);
});

test('configurations are written as they were read', () => {
  const body = rule('<Mode>GOVERNANCE</Mode><Days>3</Days>');
  const written = OBJECT_LOCK_CONFIGURATION.write(OBJECT_LOCK_CONFIGURATION.parse(body));
  expect(written).toContain('<DefaultRetention><Mode>GOVERNANCE</Mode><Days>3</Days></DefaultRetention>');
  expect(OBJECT_LOCK_CONFIGURATION.parse(Buffer.from(written))).toEqual(OBJECT_LOCK_CONFIGURATION.parse(body));
});

test.each([
  ['<Status>Enabled</Status>', 'accepted'],
  ['<Status>Suspended</Status><MfaDelete>Disabled</MfaDelete>', 'accepted'],
  ['<Status>enabled</Status>', 'MalformedXML'],
  ['', 'IllegalVersioningConfigurationException'],
])('versioning configuration %s', (inside, expected) => {
  const body = Buffer.from(`<VersioningConfiguration>${inside}</VersioningConfiguration>`);
  expect(codeOf(() => VERSIONING_CONFIGURATION.parse(body))).toBe(expected);
});

test.each([
  ['<Mode>GOVERNANCE</Mode><RetainUntilDate>2030-01-01T00:00:00Z</RetainUntilDate>', 'accepted'],
  ['', 'accepted'],
  ['<Mode>GOVERNANCE</Mode>', 'MalformedXML'],
  ['<RetainUntilDate>2030-01-01T00:00:00Z</RetainUntilDate>', 'MalformedXML'],
  ['<Mode>abc</Mode><RetainUntilDate>2030-01-01T00:00:00Z</RetainUntilDate>', 'MalformedXML'],
  ['<Mode>GOVERNANCE</Mode><RetainUntilDate>tomorrow</RetainUntilDate>', 'MalformedXML'],
])('retention %s', (inside, expected) => {
  expect(codeOf(() => RETENTION_DOCUMENT.parse(Buffer.from(`<Retention>${inside}</Retention>`)))).toBe(expected);
});

test('a legal hold is on or off', () => {
  expect(LEGAL_HOLD_DOCUMENT.parse(Buffer.from('<LegalHold><Status>ON</Status></LegalHold>'))).toEqual({
    status: 'ON',
  });
  expect(codeOf(() => LEGAL_HOLD_DOCUMENT.parse(Buffer.from('<LegalHold><Status>on</Status></LegalHold>')))).toBe(
    'MalformedXML',
  );
});

const NOW = Date.UTC(2026, 0, 1);
const read = (mode?: string, until?: string, hold?: string, query = '') =>
  readLockHeaders(
    {
      ...(mode === undefined ? undefined : { 'x-amz-object-lock-mode': mode }),
      ...(until === undefined ? undefined : { 'x-amz-object-lock-retain-until-date': until }),
      ...(hold === undefined ? undefined : { 'x-amz-object-lock-legal-hold': hold }),
    },
    parseQuery(query),
    NOW,
  );

test('headers, also out of the query', () => {
  expect(read()).toBeUndefined();
  expect(read('COMPLIANCE', '2026-01-02T00:00:00.000Z', 'OFF')).toEqual({
    retention: { mode: 'COMPLIANCE', retainUntilMs: Date.UTC(2026, 0, 2) },
    legalHold: false,
  });
  expect(read(undefined, undefined, undefined, 'x-amz-object-lock-legal-hold=ON')).toEqual({
    retention: undefined,
    legalHold: true,
  });
});

test.each([
  ['a mode alone', 'GOVERNANCE', undefined, undefined],
  ['a date alone', undefined, '2026-02-01T00:00:00Z', undefined],
  ['an unknown mode', 'abc', '2026-02-01T00:00:00Z', undefined],
  ['a date of HTTP', 'GOVERNANCE', 'Sun, 01 Feb 2026 00:00:00 GMT', undefined],
  ['a date that has passed', 'GOVERNANCE', '2025-12-31T23:59:59Z', undefined],
  ['an unknown hold', undefined, undefined, 'yes'],
])('%s is refused', (_what, mode, until, hold) => {
  expect(codeOf(() => read(mode, until, hold))).toBe('InvalidArgument');
});

test('times of ISO 8601', () => {
  expect(parseIsoTime('2026-01-02')).toBe(Date.UTC(2026, 0, 2));
  expect(parseIsoTime('2026-01-02T03:04:05')).toBe(Date.UTC(2026, 0, 2, 3, 4, 5));
  expect(parseIsoTime('2026-01-02T03:04:05.678901+01:00')).toBe(Date.UTC(2026, 0, 2, 2, 4, 5, 678));
  expect([parseIsoTime('2026-13-02'), parseIsoTime('Fri'), parseIsoTime('')]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});
