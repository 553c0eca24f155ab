import { mkdtempSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findExecutable } from './find-executable.ts';
import { freePort } from './free-port.ts';
import type { RunningServer, ServerRecipe } from './server-recipe.ts';
import { startSupervised } from './supervised-process.ts';

export const redisRecipe: ServerRecipe = {
  addressVariable: 'NEEDLESTACK_TEST_REDIS_URL',
  findBinary: () => findExecutable('redis-server') ?? findExecutable('valkey-server'),
  startBinary,
  container: {
    image: 'redis:8-alpine',
    port: 6379,
    environment: {},
    readyLine: { pattern: /Ready to accept connections/, times: 1 },
    url: (host, port) => `redis://${host}:${port}`,
  },
};

async function startBinary(binary: string): Promise<RunningServer> {
  const port = await freePort();
  const directory = mkdtempSync(join(tmpdir(), 'needlestack-redis-'));
  const args = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', directory, '--save', '', '--appendonly', 'no'];
  const server = await startSupervised({
    command: binary,
    args,
    directory,
    stopSignal: 'TERM',
    isReady: () => answersPing(port),
  });
  return { url: `redis://127.0.0.1:${port}`, stop: server.stop };
}

function answersPing(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    socket.once('data', (answer) => {
      socket.destroy();
      resolve(answer.toString().startsWith('+PONG'));
    });
    socket.once('error', () => resolve(false));
  });
}
