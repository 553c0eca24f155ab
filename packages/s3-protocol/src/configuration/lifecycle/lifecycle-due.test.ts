import {
  compileLifecycle,
  currentExpiry,
  expirationHeader,
  LIFECYCLE_CONFIGURATION,
  markerExpiry,
  noncurrentExpiry,
  REAL_DAY_MS,
  uploadExpiry,
} from '../../index.ts';

const rulesOf = (...rules: readonly string[]) =>
  compileLifecycle(
    LIFECYCLE_CONFIGURATION.parse(
      Buffer.from(
        `<LifecycleConfiguration>${rules.map((rule) => `<Rule>${rule}</Rule>`).join('')}</LifecycleConfiguration>`,
      ),
    ),
  );
const days = (id: string, count: number, filter: string, status = 'Enabled'): string =>
  `<ID>${id}</ID><Filter>${filter}</Filter><Status>${status}</Status><Expiration><Days>${count}</Days></Expiration>`;
const TAG = '<Tag><Key>k</Key><Value>v</Value></Tag>';
const at = (text: string): number => Date.parse(text);
const object = { key: 'a/1', sizeBytes: 10, lastModifiedMs: at('2026-01-15T10:30:00Z') };

describe('current versions', () => {
  test('days end at the midnight after them; the first rule that is due wins', () => {
    const rules = rulesOf(days('long', 9, ''), days('short', 3, '<Prefix>a/</Prefix>'), days('off', 1, '', 'Disabled'));
    const expiry = currentExpiry(rules, object, REAL_DAY_MS);
    expect([expiry?.rule.id, expiry?.dueMs]).toEqual(['short', at('2026-01-19T00:00:00Z')]);
    expect(expirationHeader(rules, object)).toBe('expiry-date="Mon, 19 Jan 2026 00:00:00 GMT", rule-id="short"');
    expect(currentExpiry(rules, { ...object, key: 'b' }, REAL_DAY_MS)?.rule.id).toBe('long');
  });

  test('short days are counted exactly, the header counts real ones', () => {
    const rules = rulesOf(days('one', 2, ''));
    expect(currentExpiry(rules, object, 10_000)?.dueMs).toBe(object.lastModifiedMs + 20_000);
    expect(expirationHeader(rules, object)).toContain('Sun, 18 Jan 2026 00:00:00 GMT');
  });

  test('a date is a date', () => {
    const rules = rulesOf(
      '<ID>d</ID><Prefix/><Status>Enabled</Status><Expiration><Date>2015-01-01</Date></Expiration>',
    );
    expect(currentExpiry(rules, object, 10_000)?.dueMs).toBe(at('2015-01-01T00:00:00Z'));
  });

  test.each([
    [TAG, { tags: { k: 'v', more: 'x' } }, true],
    [TAG, { tags: { k: 'w' } }, false],
    [TAG, {}, false],
    [`<And>${TAG}<Prefix>a</Prefix></And>`, { tags: { k: 'v' } }, true],
    [`<And>${TAG}<Prefix>b</Prefix></And>`, { tags: { k: 'v' } }, false],
    ['<ObjectSizeGreaterThan>10</ObjectSizeGreaterThan>', { sizeBytes: 10 }, false],
    ['<ObjectSizeGreaterThan>10</ObjectSizeGreaterThan>', { sizeBytes: 11 }, true],
    ['<ObjectSizeLessThan>10</ObjectSizeLessThan>', { sizeBytes: 10 }, false],
    ['<ObjectSizeLessThan>10</ObjectSizeLessThan>', { sizeBytes: 9 }, true],
  ])('the filter %s and %j: %j', (filter, with_, wanted) => {
    expect(currentExpiry(rulesOf(days('r', 1, filter)), { ...object, ...with_ }, REAL_DAY_MS) !== undefined).toBe(
      wanted,
    );
  });
});

describe('delete markers that are alone', () => {
  test('go at once by name, by age after it, and never by tags or size', () => {
    const byName = rulesOf(
      '<ID>n</ID><Prefix/><Status>Enabled</Status><Expiration><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration>',
    );
    expect(markerExpiry(byName, object, REAL_DAY_MS)?.dueMs).toBe(object.lastModifiedMs);
    expect(currentExpiry(byName, object, REAL_DAY_MS)).toBeUndefined();
    expect(markerExpiry(rulesOf(days('d', 1, '')), object, 1000)?.dueMs).toBe(object.lastModifiedMs + 1000);
    expect(markerExpiry(rulesOf(days('d', 1, TAG)), object, 1000)).toBeUndefined();
    expect(markerExpiry(rulesOf(days('d', 1, '<Prefix>b</Prefix>')), object, 1000)).toBeUndefined();
  });
});

describe('noncurrent versions', () => {
  const rule = (kept: string): string =>
    `<ID>n</ID><Filter/><Status>Enabled</Status><NoncurrentVersionExpiration><NoncurrentDays>2</NoncurrentDays>${kept}</NoncurrentVersionExpiration>`;
  const version = {
    ...object,
    isDeleteMarker: false,
    noncurrentSinceMs: at('2026-02-01T12:00:00Z'),
    newerNoncurrent: 1,
  };

  test('age from the moment they were replaced; the newest ones stay', () => {
    expect(noncurrentExpiry(rulesOf(rule('')), version, REAL_DAY_MS)?.dueMs).toBe(at('2026-02-04T00:00:00Z'));
    const keepsTwo = rulesOf(rule('<NewerNoncurrentVersions>2</NewerNoncurrentVersions>'));
    expect(noncurrentExpiry(keepsTwo, version, REAL_DAY_MS)).toBeUndefined();
    expect(noncurrentExpiry(keepsTwo, { ...version, newerNoncurrent: 2 }, REAL_DAY_MS)).toBeDefined();
  });

  test('markers go too, unless the rule is about tags', () => {
    const marker = { ...version, isDeleteMarker: true };
    expect(noncurrentExpiry(rulesOf(rule('')), marker, REAL_DAY_MS)).toBeDefined();
    expect(
      noncurrentExpiry(rulesOf(rule('').replace('<Filter/>', `<Filter>${TAG}</Filter>`)), marker, REAL_DAY_MS),
    ).toBeUndefined();
  });
});

test('uploads age from their beginning', () => {
  const rules = rulesOf(
    '<ID>u</ID><Prefix>a</Prefix><Status>Enabled</Status><AbortIncompleteMultipartUpload><DaysAfterInitiation>2</DaysAfterInitiation></AbortIncompleteMultipartUpload>',
  );
  expect(uploadExpiry(rules, { key: 'a', initiatedAtMs: 1000 }, 10_000)?.dueMs).toBe(21_000);
  expect(uploadExpiry(rules, { key: 'b', initiatedAtMs: 1000 }, 10_000)).toBeUndefined();
});
