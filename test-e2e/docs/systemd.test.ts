/** Keeps docs/operations/systemd.md and the unit in deploy/ true: the store is started as the unit says, with the page's options. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  findExecutable,
  freePorts,
  type NeedlestackProcess,
  type ServicePorts,
  startNeedlestackProcess,
  TEST_CREDENTIALS,
} from '@needlestack/test-servers';
import { SimpleS3 } from '../support/simple-s3.ts';
import { codeBlocks, ROOT, readDocument } from './support/documents.ts';

const UNIT = 'deploy/systemd/needlestack@.service';
const page = readDocument('docs/operations/systemd.md');
const directory = mkdtempSync(join(tmpdir(), 'needlestack-systemd-'));
const unit = readDocument(UNIT);
let running: NeedlestackProcess | undefined;

afterAll(async () => {
  await running?.end('SIGKILL');
  rmSync(directory, { recursive: true, force: true });
});

/** The paths of an installation, here. */
function moved(text: string): string {
  return text
    .replaceAll('/opt/needlestack', ROOT.replace(/\/$/, ''))
    .replaceAll('/etc/needlestack', join(directory, 'etc'))
    .replaceAll('/var/lib/needlestack', join(directory, 'lib'))
    .replaceAll('/var/cache/needlestack', join(directory, 'cache'))
    .replaceAll('%i', 'server');
}

/** What the unit sets a name to, each time. */
function settings(name: string): string[] {
  return [...moved(unit).matchAll(new RegExp(`^${name}=(.*)$`, 'gm'))].map((match) => match[1] ?? '');
}

/** The page's options, on ports that are free. */
function writeOptions(ports: ServicePorts): void {
  const [options = ''] = codeBlocks(moved(page), 'toml');
  const others = Object.entries(ports).filter(([service]) => service !== 's3');
  const lines = others.flatMap(([service, port]) => [`"${service}.port" = ${port}`, `"${service}.port.grpc" = 0`]);
  mkdirSync(join(directory, 'etc'));
  mkdirSync(join(directory, 'lib'));
  const content = [...lines, options.replace('port = 9000', `port = ${ports.s3}`)].join('\n');
  writeFileSync(join(directory, 'etc/server.toml'), content);
}

test('the unit starts a store that keeps its data where it may, and stops it in time', async () => {
  const ports = await freePorts();
  writeOptions(ports);
  const [command = ''] = settings('ExecStart');
  const [program, verb = '', ...flags] = command.split(' ');
  expect(program).toBe(join(ROOT, 'bin/needlestack'));
  running = await startNeedlestackProcess({
    verb,
    flags,
    credentials: TEST_CREDENTIALS,
    environment: Object.fromEntries(settings('Environment').map((line) => line.split('='))),
    readyUrl: `http://127.0.0.1:${ports.s3}/-/readyz`,
  });
  const s3 = new SimpleS3(`http://127.0.0.1:${ports.s3}`, TEST_CREDENTIALS);
  expect((await s3.send('PUT', '/bucket')).status).toBe(200);
  expect((await s3.send('PUT', '/bucket/key', '', Buffer.from('kept'))).status).toBe(200);
  expect((await s3.send('GET', '/bucket/key')).body.toString()).toBe('kept');
  s3.close();
  expect(readdirSync(join(directory, 'lib/server'))).toEqual(expect.arrayContaining(['catalog', 'volume']));
  expect(readdirSync(join(directory, 'cache'))).toEqual(['compile']);
  expect(await running.end('SIGTERM')).toBe(0);
});

test('it may take longer to stop than the store takes to drain', () => {
  const [, graceSeconds = ''] =
    /-shutdown\.grace=<duration>` \| `(\d+)s`/.exec(readDocument('docs/reference/ports-and-flags.md')) ?? [];
  expect(Number(settings('TimeoutStopSec')[0])).toBeGreaterThan(Number(graceSeconds) + 5);
});

test('the page installs the unit that is there, and names the folders that it may write', () => {
  expect(page).toContain(UNIT);
  const written = settings('StateDirectory').map((name) => `/var/lib/${name}`);
  for (const path of [...written, ...settings('CacheDirectory').map((name) => `/var/cache/${name}`)])
    expect(page).toContain(path);
});

const analyze = findExecutable('systemd-analyze');
const testWithSystemd = analyze === undefined ? test.skip : test;

testWithSystemd(
  `systemd takes the unit${analyze === undefined ? ' [skipped: no systemd-analyze here]' : ''}`,
  async () => {
    const copy = join(directory, 'needlestack@.service');
    writeFileSync(copy, moved(unit));
    const { stderr } = await promisify(execFile)(analyze ?? '', ['verify', copy]);
    expect(stderr).toBe('');
  },
);
