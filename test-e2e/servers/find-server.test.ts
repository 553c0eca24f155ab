import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findServer } from './index.ts';

function canConnect(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** Sets variables for the length of `body`. */
async function withEnvironment(variables: Record<string, string>, body: () => Promise<void>): Promise<void> {
  const before = { ...process.env };
  Object.assign(process.env, variables);
  try {
    await body();
  } finally {
    for (const name of Object.keys(variables))
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
  }
}

for (const kind of ['postgresql', 'redis', 'slapd'] as const) {
  const server = findServer(kind);
  server.describe(`a ${kind} server for a test`, () => {
    test('answers while it runs, and leaves nothing behind after stop', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'find-server-'));
      chmodSync(folder, 0o755);
      await withEnvironment({ TMPDIR: folder }, async () => {
        const running = await server.start();
        expect(await canConnect(running.url)).toBe(true);
        const isOurs = readdirSync(folder).length > 0;
        await running.stop();
        if (isOurs) expect(await canConnect(running.url)).toBe(false);
        expect(readdirSync(folder)).toEqual([]);
      });
      rmSync(folder, { recursive: true });
    });
  });
}

test('an address in the environment wins and is handed out as it stands', async () => {
  await withEnvironment({ NEEDLESTACK_TEST_REDIS_URL: 'redis://192.0.2.1:6379' }, async () => {
    const running = await findServer('redis').start();
    expect(running.url).toBe('redis://192.0.2.1:6379');
    await running.stop();
  });
});
