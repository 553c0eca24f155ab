import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readFlags } from '@needlestack/service-kit';
import { readAccessAgain, readVolumeOptions, type VolumeFlagValues } from './config.ts';
import { volumeFlags } from './volume-flags.ts';

const folder = mkdtempSync(join(tmpdir(), 'needlestack-config-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function valuesOf(...argv: string[]): VolumeFlagValues {
  const outcome = readFlags(volumeFlags, { name: 'volume', summary: '' }, { argv, env: {} });
  if (outcome.kind !== 'values') throw new Error('values are expected');
  return outcome.values;
}

const optionsOf = (...argv: string[]) => readVolumeOptions(valuesOf(...argv), {});

function securityFile(text: string): string {
  const path = join(folder, 'security.toml');
  writeFileSync(path, text);
  return path;
}

test('everything that the suite of SeaweedFS passes is understood', () => {
  const security = securityFile(
    '[jwt.signing]\nkey = "writes"\n\n[jwt.signing.read]\nkey = "reads"\n[access]\nui = true\n',
  );
  expect(
    optionsOf(
      ...[
        '--port',
        '8101',
        '--port.grpc',
        '18201',
        '--port.public',
        '8102',
        '--ip',
        '127.0.0.1',
        '--ip.bind',
        '127.0.0.1',
      ],
      ...[
        '--dir',
        '/d',
        '--max',
        '16',
        '--master',
        '127.0.0.1:9333',
        '--securityFile',
        security,
        '--readMode',
        'redirect',
      ],
      ...['--concurrentUploadLimitMB', '1', '--concurrentDownloadLimitMB', '2', '--preStopSeconds', '0'],
      ...['--inflightUploadDataTimeout', '2s', '--inflightDownloadDataTimeout', '1m30s'],
    ),
  ).toMatchObject({
    port: 8101,
    grpcPort: 18201,
    publicPort: 8102,
    host: '127.0.0.1',
    ip: '127.0.0.1',
    directories: [{ path: '/d', volumesMax: 16, diskType: '', freeSpace: { kind: 'percent', percent: 1 } }],
    masters: ['127.0.0.1:19333'],
    writeKey: 'writes',
    readKey: 'reads',
    showsUi: true,
    readMode: 'redirect',
    uploadsUnderWayBytesMax: 2 ** 20,
    downloadsUnderWayBytesMax: 2 ** 21,
    preStopMs: 0,
    uploadWaitMs: 2_000,
    downloadWaitMs: 90_000,
  });
});

test('the public port is none of its own when it is that of -port', () => {
  expect(optionsOf('-port=8080', '-port.public=8080')).not.toHaveProperty('publicPort');
  expect(optionsOf('-port=8080')).toMatchObject({ grpcPort: 18080, host: '127.0.0.1' });
});

test('directories have maxima, kinds, tags and reserves of their own, or share one', () => {
  const { directories } = optionsOf(
    '-dir=/a,/b',
    '-max=3,0',
    '-disk=hdd,ssd',
    '-tags=Fast:fast:ssd,archive',
    '-minFreeSpace=5,10GiB',
    '-dir.idx=/i',
  );
  expect(directories).toEqual([
    {
      path: '/a',
      indexPath: '/i',
      volumesMax: 3,
      diskType: '',
      tags: ['fast', 'ssd'],
      freeSpace: { kind: 'percent', percent: 5 },
    },
    {
      path: '/b',
      indexPath: '/i',
      volumesMax: 0,
      diskType: 'ssd',
      tags: ['archive'],
      freeSpace: { kind: 'bytes', bytes: 10 * 2 ** 30 },
    },
  ]);
  expect(
    optionsOf('-dir=/a,/b', '-max=7', '-tags=x').directories.map(({ volumesMax, tags }) => [volumesMax, tags]),
  ).toEqual([
    [7, ['x']],
    [7, ['x']],
  ]);
});

test.each([
  [['-dir=/a,/b,/c', '-max=1,2'], /-max has 2 values for 3 directories/],
  [['-max=many'], /-max: "many" is not a number/],
  [['-minFreeSpace=120'], /-minFreeSpace: "120" is neither/],
  [['-minFreeSpace=10 bananas'], /is neither/],
  [['-grpc.cert=x'], /belong together/],
  [['-grpc.cert=/none', '-grpc.key=/none'], /cannot read the PEM file/],
])('%j is an error that says why', (argv, message) => {
  expect(() => optionsOf(...argv)).toThrow(message);
});

test('the old name of -master wins, and gRPC ports may be named', () => {
  expect(optionsOf('-mserver=m1:9333,m2:9333.29333').masters).toEqual(['m1:19333', 'm2:29333']);
});

test('the security file is found by -config_dir, the environment beats it, and it can be read again', () => {
  securityFile('[jwt.signing]\nkey = "one"\n[guard]\nwhite_list = "10.0.0.0/8, 127.0.0.1"\n');
  const values = valuesOf(`-config_dir=${folder}`, '-whiteList=::1');
  expect(readVolumeOptions(values, {})).toMatchObject({
    writeKey: 'one',
    whiteList: ['::1', '10.0.0.0/8', '127.0.0.1'],
  });
  expect(readVolumeOptions(values, { WEED_JWT_SIGNING_KEY: 'two' })).toMatchObject({ writeKey: 'two' });
  securityFile('[jwt.signing]\nkey = "three"\n');
  expect(readAccessAgain(values, {})).toEqual({ writeKey: 'three', whiteList: ['::1'], showsUi: false });
});

test('a security file that is missing counts as empty, one that is no TOML is an error', () => {
  expect(optionsOf('-securityFile=/nowhere/security.toml')).not.toHaveProperty('writeKey');
  // The last two would do for a file of options.
  for (const text of ['[jwt', 'this is [no TOML', 'jwt.signing.key=a secret'])
    expect(() => optionsOf(`-securityFile=${securityFile(text)}`)).toThrow(/security\.toml/);
});

test('certificates of [grpc.volume] guard gRPC alone, those of [https.volume] HTTP alone', () => {
  for (const name of ['g.crt', 'g.key', 'ca.crt', 'h.crt', 'h.key']) writeFileSync(join(folder, name), name);
  const grpc =
    '[grpc]\nca = "ca.crt"\n[grpc.volume]\ncert = "g.crt"\nkey = "g.key"\nallowed_commonNames = "master,filer"\n';
  const only = optionsOf(`-securityFile=${securityFile(grpc)}`);
  expect(only.security?.tls).toEqual({
    certPem: Buffer.from('g.crt'),
    keyPem: Buffer.from('g.key'),
    clientCaPem: Buffer.from('ca.crt'),
    clientNames: { commonNames: ['master', 'filer'], domain: '' },
  });
  expect(only.clientSecurity?.tls).toEqual({
    certPem: Buffer.from('g.crt'),
    keyPem: Buffer.from('g.key'),
    caPem: Buffer.from('ca.crt'),
  });
  expect(only.httpSecurity).toEqual({});
  const both = optionsOf(`-securityFile=${securityFile(`${grpc}[https.volume]\ncert = "h.crt"\nkey = "h.key"\n`)}`);
  expect(both.httpSecurity?.tls).toEqual({ certPem: Buffer.from('h.crt'), keyPem: Buffer.from('h.key') });
});
