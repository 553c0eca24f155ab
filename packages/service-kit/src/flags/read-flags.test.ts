import fc from 'fast-check';
import { FlagError } from './flag-error.ts';
import {
  booleanFlag,
  choiceFlag,
  commonFlags,
  durationFlag,
  integerFlag,
  listFlag,
  optionalFlag,
  portFlag,
  prefixFlags,
  secretFlag,
  textFlag,
} from './flag-kinds.ts';
import { type FlagInput, readFlags } from './read-flags.ts';

const table = {
  ...commonFlags,
  dir: textFlag('./data', 'where data lies'),
  's3.port': portFlag(9000, 'S3 port'),
  's3.port.grpc': optionalFlag(portFlag(0, 'gRPC port')),
  s3: booleanFlag(false, 'run the gateway'),
  volumeSizeLimitMB: integerFlag(30_720, 'volume size', { min: 1 }),
  idleTimeout: durationFlag(30_000, 'idle time'),
  'dir.max': listFlag(['8'], 'volumes per directory'),
  readMode: choiceFlag(['proxy', 'local', 'redirect'], 'proxy', 'reads of volumes elsewhere'),
  secretKey: secretFlag('the secret'),
};

const command = { name: 'needlestack test', summary: 'Tests.' };

const read = (argv: readonly string[], input: Partial<FlagInput> = {}) => {
  const outcome = readFlags(table, command, { argv, env: {}, ...input });
  if (outcome.kind !== 'values') throw new Error('values expected');
  return outcome;
};

const fail = (argv: readonly string[], input: Partial<FlagInput> = {}): string => {
  try {
    read(argv, input);
  } catch (error) {
    if (error instanceof FlagError) return error.message;
    throw error;
  }
  throw new Error('a FlagError expected');
};

test.each([
  [['-s3.port=7']],
  [['-s3.port', '7']],
  [['--s3.port=7']],
  [['--s3.port', '7']],
  [['-s3.port=1', '-s3.port=7']],
])('reads %j as the same port', (argv) => {
  expect(read(argv).values['s3.port']).toBe(7);
});

test('reads booleans alone or with =, and never takes the next argument', () => {
  expect(read(['-s3']).values.s3).toBe(true);
  expect(read(['--s3=false']).values.s3).toBe(false);
  expect(read(['-s3', '-dir=x']).values).toMatchObject({ s3: true, dir: 'x' });
  expect(fail(['-s3', 'false'])).toContain('unexpected argument "false"');
});

test('reads -v, -v=2 and -v 2', () => {
  expect(read(['-v']).values.v).toBe(1);
  expect(read(['-v=2']).values.v).toBe(2);
  expect(read(['-v', '2', '-s3']).values).toMatchObject({ v: 2, s3: true });
});

test('reads durations, lists, choices and values that hold =', () => {
  const { values } = read(['-idleTimeout=1m30s', '-dir.max=1, 2,,3', '-readMode', 'local', '-dir=a=b']);
  expect(values.idleTimeout).toBe(90_000);
  expect(values['dir.max']).toEqual(['1', '2', '3']);
  expect(values.readMode).toBe('local');
  expect(values.dir).toBe('a=b');
  expect(values['s3.port.grpc']).toBeUndefined();
});

test('a flag beats the environment, which beats the file, which beats the default', () => {
  const file = '"s3.port" = 3\nvolumeSizeLimitMB = 5\n[dir]\nmax = [4, 5]\n';
  const { values, sources } = read(['-s3.port=1', '-options=o.toml'], {
    env: { NEEDLESTACK_S3_PORT: '2', NEEDLESTACK_VOLUME_SIZE_LIMIT_MB: '6' },
    readFile: () => file,
  });
  expect(values).toMatchObject({ 's3.port': 1, volumeSizeLimitMB: 6, 'dir.max': ['4', '5'], readMode: 'proxy' });
  expect(sources).toMatchObject({
    's3.port': 'flag',
    volumeSizeLimitMB: 'environment',
    'dir.max': 'file',
    readMode: 'default',
  });
});

test('the options file may be named by the environment, and nested and dotted names are one', () => {
  for (const text of ['s3.port = 3', '[s3]\nport = 3', '"s3.port" = 3']) {
    expect(read([], { env: { NEEDLESTACK_OPTIONS: 'o' }, readFile: () => text }).values['s3.port']).toBe(3);
  }
});

test('the options file may be one of weed: lines without quotes', () => {
  const text = '# volume\n\ndir=/data1,/data2\n-s3.port: 4\nreadMode local\ns3\ns3.port=5\n';
  const { values } = read([], { env: { NEEDLESTACK_OPTIONS: 'o' }, readFile: () => text });
  expect([values.dir, values['s3.port'], values.readMode, values.s3]).toEqual(['/data1,/data2', 4, 'local', true]);
  expect(fail(['-options=o'], { readFile: () => 's3.prot=1\ndir=/x' })).toContain('o: option s3.prot is not known');
});

test.each([
  [['-s3.prot=1'], 'flag -s3.prot is not known; did you mean -s3.port?'],
  [['-port=1'], 'flag -port is not known; did you mean -s3.port?'],
  [['-volumesizelimitmb=1'], 'did you mean -volumeSizeLimitMB?'],
  [['-qqqqqqqqqqqqqqqqqqqqq'], 'flag -qqqqqqqqqqqqqqqqqqqqq is not known'],
  [['-toString'], 'flag -toString is not known'],
  [['-dir'], 'flag -dir needs a value'],
  [['-s3.port=70000'], 'flag -s3.port: "70000" is not between 0 and 65535'],
  [['-s3.port=1e3'], 'is not a whole number'],
  [['-s3=yes'], 'flag -s3: "yes" is neither true nor false'],
  [['-readMode=remote'], 'is none of proxy, local, redirect'],
  [['-idleTimeout=3'], 'is not a duration'],
  [['stray'], 'unexpected argument "stray"'],
])('refuses %j', (argv, message) => {
  expect(fail(argv)).toContain(message);
});

test('names the environment variable or the file in a refusal', () => {
  expect(fail([], { env: { NEEDLESTACK_S3_PORT: 'x' } })).toContain('environment variable NEEDLESTACK_S3_PORT: "x"');
  expect(fail(['-options=o.toml'], { readFile: () => 's3.prot = 1' })).toContain('o.toml: option s3.prot is not known');
  expect(fail(['-options=o.toml'], { readFile: () => 's3.port = "x"' })).toContain('o.toml: option s3.port: "x"');
  expect(fail(['-options=o.toml'], { readFile: () => '= 1' })).toContain('cannot read the options file o.toml');
  expect(fail(['-options=/nonexistent/o.toml'])).toContain('ENOENT');
});

test('-h explains every flag with its twin and hides secrets', () => {
  const outcome = readFlags(table, command, { argv: ['-h'], env: {} });
  if (outcome.kind !== 'help') throw new Error('help expected');
  for (const name of Object.keys(table)) expect(outcome.text).toContain(`-${name}`);
  expect(outcome.text).toContain('[NEEDLESTACK_S3_PORT]');
  expect(outcome.text).toContain('(default 30s)');
});

test('prefixes a table for a bigger command, types included', () => {
  const prefixed = prefixFlags('volume', { port: portFlag(8080, 'port') });
  const outcome = readFlags(prefixed, command, { argv: ['-volume.port=1'], env: {} });
  if (outcome.kind !== 'values') throw new Error('values expected');
  const port: number = outcome.values['volume.port'];
  expect(port).toBe(1);
});

test('any text survives any spelling', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      for (const argv of [[`-dir=${text}`], ['-dir', text], [`--dir=${text}`]])
        expect(read(argv).values.dir).toBe(text);
    }),
  );
});
