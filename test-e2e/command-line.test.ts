import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts, NEEDLESTACK_COMMAND } from '@needlestack/test-servers';
import { runCommand } from './support/run-command.ts';

const VERBS = ['server', 'gateway', 'master', 'volume', 'catalog', 'notify', 'select', 'copy'];
const TIMEOUT_MS = 120_000;

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'needlestack-command-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const run = (...args: string[]) => runCommand(NEEDLESTACK_COMMAND, args, {});

/** Starts a server, waits until each of the addresses answers 200, stops it, and returns what it printed. */
async function startAndStop(
  args: readonly string[],
  environment: Record<string, string>,
  readyUrls: readonly string[],
): Promise<string> {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(NEEDLESTACK_COMMAND, args, {
    env: { PATH, HOME, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (piece: Buffer) => {
      output += piece.toString();
    });
  const closed = once(child, 'close');
  const deadlineMs = Date.now() + TIMEOUT_MS / 2;
  for (const url of readyUrls)
    while ((await fetch(url).catch(() => undefined))?.status !== 200) {
      if (child.exitCode !== null || Date.now() > deadlineMs) {
        child.kill('SIGKILL');
        throw new Error(`the server did not get ready at ${url}:\n${output}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  child.kill('SIGTERM');
  await closed;
  return output;
}

test.each(VERBS)('%s -h explains its flags', async (verb) => {
  const { status, output } = await run(verb, '-h');
  expect(status).toBe(0);
  expect(output).toMatch(/^\s*-\S+/m);
});

test('an unknown flag or verb is an error that names the nearest one', async () => {
  const flag = await run('server', '-volume.prot=1');
  expect([flag.status === 0, flag.output]).toEqual([false, expect.stringContaining('-volume.port')]);
  const verb = await run('sever');
  expect([verb.status === 0, verb.output]).toEqual([false, expect.stringContaining('server')]);
});

test('off loopback a start without token or mTLS is refused', async () => {
  const { status, output } = await run('server', `-dir=${folder}`, '-ip.bind=0.0.0.0');
  expect(status).not.toBe(0);
  expect(output).toMatch(/token|mTLS/);
});

test('a gateway that has no root key to encrypt under says what it needs, and does not start', async () => {
  const flags = [`-dir=${folder}`, '-root.accessKeyId=root', '-root.secretAccessKey=at-least-16-characters'];
  const { status, output } = await run('gateway', ...flags);
  expect([status, output]).toEqual([2, expect.stringMatching(/no root key.*-root\.key.*-sse\.default=none/)]);
});

test.each(['s3.port', 'master.port.grpc'])(
  'a port that is taken is told with the flag that chooses it, and the process ends with 1: -%s',
  async (flag) => {
    const occupant = createServer();
    occupant.listen(0, '127.0.0.1');
    await once(occupant, 'listening');
    const { port } = occupant.address() as AddressInfo;
    const chosen = Object.entries(await freePorts()).map(([service, free]) => `-${service}.port=${free}`);
    const { status, output } = await run('server', `-dir=${folder}`, ...chosen, `-${flag}=${port}`);
    occupant.close();
    expect(output.trimEnd().split('\n').at(-1)).toBe(
      `needlestack server: port ${port} of 127.0.0.1 is taken by another process; -${flag} chooses another one`,
    );
    expect(status).toBe(1);
  },
  TIMEOUT_MS,
);

test(
  'a flag is spelled in three ways, or as its environment twin, or in a TOML file',
  async () => {
    const ports = await freePorts();
    writeFileSync(join(folder, 'options.toml'), `[catalog]\nport = ${ports.catalog}\n`);
    const flags = [
      `-dir=${folder}/data`,
      '-s3.port',
      `${ports.s3}`,
      `--master.port=${ports.master}`,
      `-volume.port=${ports.volume}`,
      `-notify.port=${ports.notify}`,
      `-options=${folder}/options.toml`,
    ];
    const environment = { NEEDLESTACK_SELECT_PORT: `${ports.select}` };
    const urls = Object.values(ports).map((port) => `http://127.0.0.1:${port}${port === ports.s3 ? '/-' : ''}/healthz`);
    const output = await startAndStop(['server', ...flags], environment, urls);
    expect(output).toContain(`http://127.0.0.1:${ports.s3}`);
  },
  TIMEOUT_MS,
);

test(
  'root credentials are made at the first start, kept private, shown once, and the same at the second',
  async () => {
    const ports = await freePorts();
    const flags = Object.entries(ports).map(([service, port]) => `-${service}.port=${port}`);
    const start = () =>
      startAndStop(['server', `-dir=${folder}`, ...flags], {}, [`http://127.0.0.1:${ports.s3}/-/readyz`]);
    const first = await start();
    const secret = /AWS_SECRET_ACCESS_KEY=(\S+)/.exec(first)?.[1] ?? '';
    expect(secret.length).toBeGreaterThanOrEqual(32);
    expect(first).toContain(`${folder}/root.key, made now`);
    const second = await start();
    expect(second).not.toContain(secret);
    expect(second).not.toContain('root.key');
    expect(/AWS_ACCESS_KEY_ID=(\S+)/.exec(second)?.[1]).toBe(/AWS_ACCESS_KEY_ID=(\S+)/.exec(first)?.[1]);
    const holders = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((name) => join(folder, name))
      .filter(
        (path) =>
          statSync(path).isFile() && statSync(path).size < 65_536 && readFileSync(path, 'utf8').includes(secret),
      );
    expect(holders).toHaveLength(1);
    expect(statSync(holders[0] ?? '').mode & 0o777).toBe(0o600);

    // What lies under the lost root key could not be read, so nothing is served.
    rmSync(join(folder, 'root.key'));
    const { status, output } = await run('server', `-dir=${folder}`, ...flags);
    expect([status, output]).toEqual([2, expect.stringContaining(`${folder}/root.key is missing, and the catalog`)]);
    expect(readdirSync(folder)).not.toContain('root.key');
  },
  TIMEOUT_MS,
);
