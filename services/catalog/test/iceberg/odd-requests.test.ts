import { isJsonObject, parseJson, TABLE_UPDATE_ACTIONS, writeJson } from '@needlestack/iceberg-format';
import fc from 'fast-check';
import { createNamespace, createTable, LAKE, SCHEMA } from './support/sample-requests.ts';
import { type RunningCatalog, startCatalog } from './support/start-catalog.ts';

let store: RunningCatalog;

beforeAll(async () => {
  store = await startCatalog();
  await createNamespace(store, 'ns');
  await createTable(store, 'ns', 't');
});

afterAll(() => store.stop());

const STATUSES = [200, 204, 304, 400, 404, 405, 409, 422];

const segment = fc.oneof(
  fc.constantFrom(
    'lake',
    'namespaces',
    'ns',
    'tables',
    't',
    'register',
    'rename',
    'properties',
    'config',
    'metrics',
    'buckets',
  ),
  fc.string({ unit: 'grapheme', maxLength: 8 }).map(encodeURIComponent),
  fc.constantFrom('%', '%zz', '%00', '%1F', '%2F', '%c3%28', 'a%1Fb%1Fc', ''),
);

const member = fc.constantFrom(
  'name',
  'namespace',
  'properties',
  'schema',
  'location',
  'updates',
  'removals',
  'requirements',
  'identifier',
  'source',
  'destination',
  'metadata-location',
  'overwrite',
  'stage-create',
  'partition-spec',
  'write-order',
  '__proto__',
);

const leaf = fc.oneof(
  fc.string({ maxLength: 5 }),
  fc.constantFrom(null, true, -1, 0, 1, 1.5, 2 ** 53, 'ns', 't', 's3://lake/x', SCHEMA),
  fc.bigInt({ min: -(2n ** 65n), max: 2n ** 65n }),
);

const update = fc.record(
  {
    action: fc.constantFrom(...TABLE_UPDATE_ACTIONS, 'none'),
    'schema-id': leaf,
    'spec-id': leaf,
    schema: fc.oneof(leaf, fc.constant(SCHEMA)),
    spec: fc.oneof(leaf, fc.constant({ fields: [] })),
    'snapshot-id': leaf,
    'ref-name': leaf,
    type: fc.constantFrom('branch', 'tag', 'x'),
    snapshot: fc.oneof(
      leaf,
      fc.constant({ 'snapshot-id': 1, 'timestamp-ms': 1, 'manifest-list': 's3://x/y', summary: {} }),
    ),
    updates: fc.oneof(leaf, fc.dictionary(fc.string({ maxLength: 4 }), leaf, { maxKeys: 2 })),
    'snapshot-ids': fc.array(leaf, { maxLength: 2 }),
    location: leaf,
    uuid: leaf,
    'format-version': leaf,
  },
  { requiredKeys: ['action'] },
);

const body = fc.oneof(
  fc
    .dictionary(member, fc.oneof(leaf, fc.array(leaf, { maxLength: 2 })), { maxKeys: 4 })
    .map((value) => writeJson(value)),
  fc.array(update, { maxLength: 3 }).map((updates) => writeJson({ requirements: [], updates })),
  fc.json({ maxDepth: 2 }),
  fc.string({ maxLength: 20 }),
);

test("no request, however odd, is answered with a 5xx or another shape than the specification's", async () => {
  const path = fc.oneof(
    fc.array(segment, { minLength: 1, maxLength: 6 }).map((segments) => `/iceberg/v1/${segments.join('/')}`),
    fc.constantFrom(
      `${LAKE}/namespaces`,
      `${LAKE}/namespaces/ns/tables`,
      `${LAKE}/namespaces/ns/tables/t`,
      `${LAKE}/namespaces/ns/register`,
      `${LAKE}/tables/rename`,
      `${LAKE}/namespaces/ns/properties`,
    ),
  );
  const query = fc.constantFrom(
    '',
    '',
    '?',
    '?pageSize=1',
    '?pageToken=%00',
    '?parent=%1F',
    '?warehouse=arn%3Aaws',
    '?purgeRequested=1&&=&%',
    '?snapshots=refs',
  );
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('GET', 'POST', 'DELETE', 'HEAD', 'PUT'),
      path,
      query,
      body,
      async (method, target, parameters, payload) => {
        const hasBody = method === 'POST' || method === 'PUT';
        const answer = await store.call(method, target + parameters, hasBody ? payload : undefined);
        expect(STATUSES).toContain(answer.status);
        if (answer.status >= 400 && method !== 'HEAD') {
          const { error } = answer.body;
          expect(isJsonObject(error) ? Object.keys(error).sort() : error).toEqual(['code', 'message', 'type']);
        }
      },
    ),
    { numRuns: 600 },
  );
  expect(store.failures).toEqual([]);
  // Whatever was done to it: the table still reads.
  const listed = await store.call('GET', `${LAKE}/namespaces/ns/tables`);
  expect(isJsonObject(parseJson(listed.text))).toBe(true);
});
