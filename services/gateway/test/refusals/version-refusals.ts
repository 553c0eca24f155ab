/** Versions and object lock (s3.md rules 40 and 41). */
import type { Asking, Refusal } from './refusal.ts';
import { call, configure, ofRule } from './refusal.ts';
import { inDays, proven, type RefusalStore } from './refusal-store.ts';

type LockedKey = keyof RefusalStore['lockedIds'];

const removeVersion =
  (key: LockedKey, headers: Readonly<Record<string, string>> = {}): Asking =>
  ({ root, lockedIds }) =>
    root.call('DELETE', `/locked/${key}`, { query: `versionId=${lockedIds[key]}`, headers });
const retain = (
  key: string,
  mode: string,
  until: string,
  headers: Readonly<Record<string, string>> = {},
  bucket = 'locked',
): Asking =>
  call('PUT', `/${bucket}/${key}`, {
    query: 'retention',
    ...proven(`<Retention><Mode>${mode}</Mode><RetainUntilDate>${until}</RetainUntilDate></Retention>`, headers),
  });
const write = (headers: Readonly<Record<string, string>>, path = '/locked/refused'): Asking =>
  call('PUT', path, proven('x', headers));
const lockConfiguration = (retention: string, bucket = 'locked'): Asking =>
  call('PUT', `/${bucket}`, {
    query: 'object-lock',
    ...proven(
      `<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention>${retention}</DefaultRetention></Rule></ObjectLockConfiguration>`,
    ),
  });

const BYPASS = { 'x-amz-bypass-governance-retention': 'true' };
const MODE = 'x-amz-object-lock-mode';
const UNTIL = 'x-amz-object-lock-retain-until-date';

export const VERSION_REFUSALS: readonly Refusal[] = [
  ...ofRule(40, [
    ['GET behind a delete marker', 404, 'NoSuchKey', call('GET', '/versions/gone')],
    [
      'GET of a delete marker',
      405,
      'MethodNotAllowed',
      (s) => s.root.call('GET', '/versions/gone', { query: `versionId=${s.markerId}` }),
      { ResourceType: 'DeleteMarker' },
    ],
    ...(
      [
        ['GET', 'acl'],
        ['PUT', 'acl'],
        ['PUT', 'tagging'],
        ['DELETE', 'tagging'],
      ] as const
    ).map(
      ([method, what]) =>
        [
          `${method} of the ${what} of a delete marker`,
          405,
          'MethodNotAllowed',
          (s: RefusalStore) =>
            s.root.call(method, '/versions/gone', {
              query: `${what}&versionId=${s.markerId}`,
              body: method === 'PUT' && what === 'tagging' ? '<Tagging><TagSet/></Tagging>' : '',
            }),
          { ResourceType: 'DeleteMarker', Method: method },
        ] as const,
    ),
    [
      'HEAD of a delete marker',
      405,
      undefined,
      (s) => s.root.call('HEAD', '/versions/gone', { query: `versionId=${s.markerId}` }),
    ],
    ['a malformed version id', 400, 'InvalidArgument', call('GET', '/versions/key', { query: 'versionId=x' })],
    [
      'an empty version id',
      400,
      'InvalidArgument',
      call('GET', '/versions/key', { query: 'versionId=' }),
      { ArgumentName: 'versionId' },
    ],
    [
      'an unknown version',
      404,
      'NoSuchVersion',
      call('GET', '/versions/key', { query: `versionId=${'0'.repeat(32)}` }),
      { Key: 'key', VersionId: /^0+$/ },
    ],
    [
      'tags of an unknown version',
      404,
      'NoSuchVersion',
      call('GET', '/versions/key', { query: `tagging&versionId=${'0'.repeat(32)}` }),
    ],
    [
      'versioning of no state',
      400,
      'MalformedXML',
      configure('/bucket', 'versioning', '<VersioningConfiguration><Status>On</Status></VersioningConfiguration>'),
    ],
    [
      'MFA delete',
      501,
      'NotImplemented',
      configure(
        '/bucket',
        'versioning',
        '<VersioningConfiguration><Status>Enabled</Status><MfaDelete>Enabled</MfaDelete></VersioningConfiguration>',
      ),
      { Header: 'MfaDelete' },
    ],
  ]),
  ...ofRule(41, [
    [
      'a bucket that may have locks, or may not',
      400,
      'InvalidArgument',
      call('PUT', '/refused', { headers: { 'x-amz-bucket-object-lock-enabled': 'yes' } }),
      { ArgumentName: 'x-amz-bucket-object-lock-enabled' },
    ],
    [
      'suspending versions under lock',
      409,
      'InvalidBucketState',
      configure(
        '/locked',
        'versioning',
        '<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>',
      ),
    ],
    [
      'lock without versions',
      409,
      'InvalidBucketState',
      lockConfiguration('<Mode>GOVERNANCE</Mode><Days>1</Days>', 'bucket'),
    ],
    [
      'a default retention of no days',
      400,
      'InvalidRetentionPeriod',
      lockConfiguration('<Mode>GOVERNANCE</Mode><Days>0</Days>'),
    ],
    [
      'a default retention of days and years',
      400,
      'MalformedXML',
      lockConfiguration('<Mode>GOVERNANCE</Mode><Days>1</Days><Years>1</Years>'),
    ],
    ['a default retention of no mode', 400, 'MalformedXML', lockConfiguration('<Days>1</Days>')],
    ['a version under governance', 403, 'AccessDenied', removeVersion('governed')],
    ['a version under compliance', 403, 'AccessDenied', removeVersion('complied')],
    ['a version under compliance, by bypass', 403, 'AccessDenied', removeVersion('complied', BYPASS)],
    ['a version under legal hold, by bypass', 403, 'AccessDenied', removeVersion('held', BYPASS)],
    ['governance made shorter', 403, 'AccessDenied', retain('governed', 'GOVERNANCE', inDays(1))],
    ['compliance made shorter, by bypass', 403, 'AccessDenied', retain('complied', 'COMPLIANCE', inDays(1), BYPASS)],
    ['compliance made governance', 403, 'AccessDenied', retain('complied', 'GOVERNANCE', inDays(9), BYPASS)],
    ['retention until yesterday', 400, 'InvalidArgument', retain('held', 'GOVERNANCE', inDays(-1))],
    ['retention in an unknown mode', 400, 'MalformedXML', retain('held', 'ETERNAL', inDays(1))],
    ['retention until no date', 400, 'MalformedXML', retain('held', 'GOVERNANCE', 'soon')],
    [
      'retention in a bucket without lock',
      400,
      'InvalidRequest',
      retain('key', 'GOVERNANCE', inDays(1), {}, 'versions'),
    ],
    ['retention of nothing', 404, 'NoSuchKey', retain('nothing', 'GOVERNANCE', inDays(1))],
    [
      'a hold that is neither on nor off',
      400,
      'MalformedXML',
      call('PUT', '/locked/held', { query: 'legal-hold', ...proven('<LegalHold><Status>MAYBE</Status></LegalHold>') }),
    ],
    ['a write until yesterday', 400, 'InvalidArgument', write({ [MODE]: 'GOVERNANCE', [UNTIL]: inDays(-1) })],
    ['a write until no date', 400, 'InvalidArgument', write({ [MODE]: 'GOVERNANCE', [UNTIL]: 'soon' })],
    ['a write in a mode without date', 400, 'InvalidArgument', write({ [MODE]: 'GOVERNANCE' })],
    ['a write until a date without mode', 400, 'InvalidArgument', write({ [UNTIL]: inDays(1) })],
    ['a write in an unknown mode', 400, 'InvalidArgument', write({ [MODE]: 'ETERNAL', [UNTIL]: inDays(1) })],
    [
      'a write under lock to a bucket without',
      400,
      'InvalidRequest',
      write({ [MODE]: 'GOVERNANCE', [UNTIL]: inDays(1) }, '/versions/refused'),
    ],
    [
      'a write under lock without digest',
      400,
      'InvalidRequest',
      call('PUT', '/locked/refused', { body: 'x', headers: { [MODE]: 'GOVERNANCE', [UNTIL]: inDays(1) } }),
    ],
    [
      'the retention of what has none',
      404,
      'NoSuchObjectLockConfiguration',
      call('GET', '/locked/held', { query: 'retention' }),
    ],
    [
      'the lock of a bucket without',
      404,
      'ObjectLockConfigurationNotFoundError',
      call('GET', '/bucket', { query: 'object-lock' }),
    ],
  ]),
];
