import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePorts, type ServicePorts } from '@needlestack/test-servers';
import { pythonClients } from './support/python-clients.ts';
import { PYTHON_BYTECODE } from './support/python-environment.ts';
import { runCommand } from './support/run-command.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const TIMEOUT_MS = 300_000;

/** The shell blocks of the README, in order. */
const blocks = [...readFileSync(join(ROOT, 'README.md'), 'utf8').matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(
  (match) => match[1] ?? '',
);
const blockWith = (command: string): string => blocks.find((block) => block.includes(command)) ?? '';

/** `npm` would install packages anew in a tree that was set up by other means, under the feet of all who work in it. */
const isSetUpByNpm = ['.installed-all', 'toolchain/.installed-toolchain'].every((stamp) =>
  existsSync(join(ROOT, stamp)),
);
const describeIfSetUp = isSetUpByNpm ? describe : describe.skip;
const obstacle = pythonClients.findObstacle();
const testWithAws = obstacle === undefined ? test : test.skip;

test('every block of the README is run by a test of this file', () => {
  const run = ['npm start\n', 'aws s3 mb', 'npm test\n'];
  expect(blocks.filter((block) => !run.some((command) => block.includes(command)))).toEqual([]);
});

describeIfSetUp(
  `the commands of the README${isSetUpByNpm ? '' : ' [skipped: npm test did not set this tree up]'}`,
  () => {
    let folder = '';
    let ports: ServicePorts;
    let server: ChildProcess | undefined;
    let output = '';

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'needlestack-readme-'));
      ports = await freePorts();
    });
    afterAll(async () => {
      if (server?.pid !== undefined && server.exitCode === null) {
        // As an interrupt at the terminal does: the whole group, npm, its script and the store.
        const closed = once(server, 'close');
        process.kill(-server.pid, 'SIGINT');
        await closed;
      }
      rmSync(folder, { recursive: true, force: true });
    }, TIMEOUT_MS);

    test(
      'npm start starts the store and prints endpoint and credentials',
      async () => {
        expect(blockWith('npm start')).toBe('npm start\n');
        const flags = Object.entries(ports).map(([service, port]) => `-${service}.port=${port}`);
        server = spawn('npm', ['start', '--', `-dir=${folder}/data`, ...flags], {
          cwd: ROOT,
          stdio: ['ignore', 'pipe', 'pipe'],
          detached: true,
        });
        for (const stream of [server.stdout, server.stderr])
          stream?.on('data', (piece: Buffer) => {
            output += piece.toString();
          });
        await readyAt(`http://127.0.0.1:${ports.s3}/-/readyz`, server, () => output);
        await linePrinted(
          () => credentialsIn(output) !== undefined,
          () => output,
        );
        expect(output).toContain(`http://127.0.0.1:${ports.s3}`);
      },
      TIMEOUT_MS,
    );

    testWithAws(
      `the first aws commands work as printed${obstacle === undefined ? '' : ` [skipped: ${obstacle}]`}`,
      async () => {
        await pythonClients.install();
        const credentials = credentialsIn(output);
        const script = blockWith('aws s3 mb')
          .replace('AWS_ACCESS_KEY_ID=...', `AWS_ACCESS_KEY_ID='${credentials?.accessKeyId}'`)
          .replace('AWS_SECRET_ACCESS_KEY=...', `AWS_SECRET_ACCESS_KEY='${credentials?.secretAccessKey}'`)
          .replace('127.0.0.1:9000', `127.0.0.1:${ports.s3}`);
        const result = await runCommand(
          'sh',
          ['-e', '-c', `cd ${ROOT}\nPATH=${join(pythonClients.command('aws'), '..')}:$PATH\n${script}`],
          {
            ...PYTHON_BYTECODE,
            AWS_CONFIG_FILE: '/dev/null',
            AWS_EC2_METADATA_DISABLED: 'true',
          },
        );
        expect(result.output).toContain('make_bucket: first');
        expect(result.output).toContain(readFileSync(join(ROOT, 'README.md'), 'utf8').trim());
        expect(result.status).toBe(0);
      },
      TIMEOUT_MS,
    );

    test(
      'npm test finds the tests',
      async () => {
        const { output: listed, status } = await runCommand('npm', ['--prefix', ROOT, 'test', '--', '--listTests'], {});
        expect(listed).toContain('readme-commands.test.ts');
        expect(status).toBe(0);
      },
      TIMEOUT_MS,
    );
  },
);

function credentialsIn(text: string): { accessKeyId: string; secretAccessKey: string } | undefined {
  const accessKeyId = /AWS_ACCESS_KEY_ID=(\S+)/.exec(text)?.[1];
  const secretAccessKey = /AWS_SECRET_ACCESS_KEY=(\S+)/.exec(text)?.[1];
  return accessKeyId === undefined || secretAccessKey === undefined ? undefined : { accessKeyId, secretAccessKey };
}

async function readyAt(url: string, server: ChildProcess, output: () => string): Promise<void> {
  for (;;) {
    if (server.exitCode !== null) throw new Error(`npm start ended with ${server.exitCode}:\n${output()}`);
    const response = await fetch(url).catch(() => undefined);
    await response?.arrayBuffer();
    if (response?.status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function linePrinted(isThere: () => boolean, output: () => string): Promise<void> {
  const deadlineMs = Date.now() + 10_000;
  while (!isThere()) {
    if (Date.now() > deadlineMs) throw new Error(`npm start printed no credentials:\n${output()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
