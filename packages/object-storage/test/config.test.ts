import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import {
  ConfigurationError,
  FsStorage,
  openObjectStorage,
  openWriter,
  readObjectStorageConfig,
  TlsFiles,
} from '../src/index.ts';
import { codeOf, RecordingClock, ScriptedStore } from '../testing/index.ts';

const MINIMAL = { kind: 'object', bucket: 'b' };
const MIB = 2 ** 20;

test('defaults', () => {
  expect(readObjectStorageConfig(MINIMAL)).toEqual({
    kind: 'object',
    service: 's3',
    bucket: 'b',
    region: 'us-east-1',
    endpoint: '',
    prefix: '',
    accessKeyId: '',
    secretAccessKey: undefined,
    sessionToken: undefined,
    profile: '',
    credentialOrder: 'default',
    limits: {
      connectTimeoutMs: 3_000,
      idleTimeoutMs: 30_000,
      requestTimeoutMs: 60_000,
      requestTimeoutMsPerMib: 1_000,
      requestsMax: 64,
      retriesMax: 5,
      retryBaseMs: 100,
      retryCapMs: 20_000,
    },
    tlsCa: '',
    tlsClientCert: '',
    tlsClientKey: '',
    writer: { partSizeBytes: 8 * MIB, maxPartsInFlight: 4, ackAfterUpload: true },
  });
});

test.each([
  [
    { multipartPartSize: 5 * MIB - 1 },
    'multipartPartSize is 5242879, expected a whole number from 5242880 to 5368709120',
  ],
  [{ multipartPartSize: '5368709121' }, 'multipartPartSize is "5368709121", expected'],
  [{ multipartPartSize: 'big' }, 'multipartPartSize is "big", expected a whole number'],
  [{ maxPartsInFlight: 65 }, 'maxPartsInFlight is 65, expected a whole number from 1 to 64'],
  [{ maxRequests: 0 }, 'maxRequests is 0, expected'],
  [{ retryBaseMs: 500, retryCapMs: 499 }, 'retryCapMs is 499, expected a whole number from 500'],
  [{ retryMax: -1 }, 'retryMax is -1, expected'],
  [{ ackAfterUpload: 'maybe' }, 'ackAfterUpload is "maybe", expected true or false'],
  [{ kind: 'tape' }, 'kind is "tape", expected one of fs, object'],
  [{ kind: undefined }, 'kind is missing, expected one of fs, object'],
  [{ service: 'gcs' }, 'service is "gcs", expected one of s3'],
  [{ bucket: '' }, 'bucket is missing'],
  [{ prefix: '/a' }, 'prefix is "/a", expected no slash at its beginning'],
  [{ endpoint: 'ftp://x' }, 'endpoint is "ftp://x", expected an http or https URL'],
  [{ accessKeyId: 'AK' }, 'secretAccessKey is missing'],
  [{ secretAccessKey: 'hush' }, 'accessKeyId is missing'],
  [{ tlsClientCert: 'c' }, 'tlsClientKey is missing'],
  [{ credentialOrder: 'none' }, 'credentialOrder is "none", expected one of default, aws'],
  [{ bucket: 7 }, 'bucket is "(number)", expected text'],
  [{ multiPartSize: 1 }, 'multiPartSize is "(set)", expected one of kind'],
])('%j', (values, message) => {
  expect(() => readObjectStorageConfig({ ...MINIMAL, ...values })).toThrow(ConfigurationError);
  expect(() => readObjectStorageConfig({ ...MINIMAL, ...values })).toThrow(message);
});

test('secrets are in no print and no error', () => {
  const secrets = { accessKeyId: 'AK', secretAccessKey: 'hush-hush', sessionToken: 'hush-token' };
  const config = readObjectStorageConfig({ ...MINIMAL, ...secrets });
  for (const text of [inspect(config, { depth: 9 }), JSON.stringify(config)]) expect(text).not.toContain('hush');
  expect(config.kind === 'object' && `${config.secretAccessKey}`).toBe('***');
  expect(config.kind === 'object' && config.secretAccessKey?.reveal()).toBe('hush-hush');
  expect(() => readObjectStorageConfig({ ...MINIMAL, endpoint: 'http://me:hush@x' })).toThrow('(hidden)');
});

test('what is configured is opened', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'needlestack-config-'));
  const backend = await ScriptedStore.start();
  try {
    const files = readObjectStorageConfig({ kind: 'fs', directory });
    expect(openObjectStorage(files, { environment: {} })).toBeInstanceOf(FsStorage);
    writeFileSync(join(directory, 'file'), 'x');
    const blocked = readObjectStorageConfig({ kind: 'fs', directory: join(directory, 'file', 'below') });
    expect(() => openObjectStorage(blocked, { environment: {} })).toThrow(ConfigurationError);
    const config = readObjectStorageConfig({
      kind: 'object',
      bucket: 'bucket',
      endpoint: backend.endpoint,
      prefix: 'p/',
      multipartPartSize: `${5 * MIB}`,
      ackAfterUpload: 'false',
    });
    const environment = { AWS_ACCESS_KEY_ID: 'AKENV', AWS_SECRET_ACCESS_KEY: 's' };
    const storage = openObjectStorage(config, { environment });
    await using writer = openWriter(config, storage, 'k');
    await (await writer.append(Buffer.alloc(5 * MIB))).acknowledged;
    await writer.seal();
    expect([...backend.objects.keys()]).toEqual(['p/k']);
    expect(backend.seen[0]?.headers.authorization).toContain('Credential=AKENV/');
    storage.close();
    const without = openObjectStorage(config, { environment: { AWS_EC2_METADATA_DISABLED: 'true', HOME: directory } });
    expect(await codeOf(without.head('k'))).toBe('credentials-unavailable');
    without.close();
    const tls = readObjectStorageConfig({ ...MINIMAL, tlsCa: join(directory, 'nowhere.pem') });
    expect(() => openObjectStorage(tls, { environment: {} })).toThrow('expected files that can be read');
  } finally {
    await backend.close();
    rmSync(directory, { recursive: true, force: true });
  }
});

test('TLS files are read again when they have changed, and kept when they are gone', () => {
  const directory = mkdtempSync(join(tmpdir(), 'needlestack-tls-'));
  const clock = new RecordingClock();
  const ca = join(directory, 'ca.pem');
  writeFileSync(ca, 'one');
  const files = new TlsFiles({ ca }, clock);
  const first = files.current();
  expect(first.ca?.toString()).toBe('one');
  writeFileSync(ca, 'two!');
  expect(files.current()).toBe(first);
  clock.advance(10_000);
  expect(files.current().ca?.toString()).toBe('two!');
  rmSync(directory, { recursive: true });
  clock.advance(10_000);
  expect(files.current().ca?.toString()).toBe('two!');
});
