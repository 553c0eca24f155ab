import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('./support/signalled-process.ts', import.meta.url));

const stop = async (mode: string, signals: readonly NodeJS.Signals[]): Promise<{ status: unknown; text: string }> => {
  const child = spawn(process.execPath, [script, mode], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  const exited = once(child, 'exit');
  for await (const piece of child.stdout) {
    const before = text;
    text += String(piece);
    if (!before.includes('ready') && text.includes('ready')) child.kill(signals[0] ?? 'SIGTERM');
    if (!before.includes('draining') && text.includes('draining') && signals[1] !== undefined) child.kill(signals[1]);
  }
  return { status: (await exited)[0], text };
};

test('SIGTERM and SIGINT drain and end with 0', async () => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    const { status, text } = await stop('drains', [signal]);
    expect(text).toBe('ready\ndraining\ndrained\n');
    expect(status).toBe(0);
  }
});

test('a second signal ends a drain that hangs, with 1', async () => {
  const { status, text } = await stop('hangs', ['SIGTERM', 'SIGTERM']);
  expect(text).toBe('ready\ndraining\n');
  expect(status).toBe(1);
});

test('a close that fails ends with 1', async () => {
  expect((await stop('fails', ['SIGTERM'])).status).toBe(1);
});

test('a signal that comes while the service starts is heeded when it has started', async () => {
  const { status, text } = await stop('starts', ['SIGTERM']);
  expect(text).toBe('ready\nstarted\ndraining\ndrained\n');
  expect(status).toBe(0);
});

test('a start that does not end is ended by the signal', async () => {
  const { status, text } = await stop('never-starts', ['SIGTERM']);
  expect(text).toBe('ready\n');
  expect(status).toBe(null);
});
