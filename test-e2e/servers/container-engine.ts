import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { ContainerRecipe, RunningServer } from './server-recipe.ts';

const ENGINE_SOCKET = '/var/run/docker.sock';
const PROBE_TIMEOUT_MS = 3_000;
const STARTUP_TIMEOUT_MS = 120_000;

/** Asks the engine's API for a sign of life. A process of its own, because the answer is needed while a test file loads. */
const PROBE = `
const { get } = require('node:http');
const host = process.env.DOCKER_HOST ?? 'unix://${ENGINE_SOCKET}';
const target = host.startsWith('unix://') ? { socketPath: host.slice(7) } : { host: new URL(host).hostname, port: new URL(host).port };
get({ ...target, path: '/_ping' }, (answer) => process.exit(answer.statusCode === 200 ? 0 : 1)).on('error', () => process.exit(1));
`;

let answered: boolean | undefined;

/** True when a container engine answers on this machine. */
export function hasContainerEngine(): boolean {
  answered ??= probeEngine();
  return answered;
}

function probeEngine(): boolean {
  if (process.env.DOCKER_HOST === undefined && !existsSync(ENGINE_SOCKET)) return false;
  return spawnSync(process.execPath, ['-e', PROBE], { timeout: PROBE_TIMEOUT_MS }).status === 0;
}

/** Runs the image on a free port and resolves once its log says that it is ready. */
export async function startContainer(recipe: ContainerRecipe): Promise<RunningServer> {
  const { GenericContainer, Wait } = await import('testcontainers');
  const container = await new GenericContainer(recipe.image)
    .withExposedPorts(recipe.port)
    .withEnvironment({ ...recipe.environment })
    .withWaitStrategy(Wait.forLogMessage(recipe.readyLine.pattern, recipe.readyLine.times))
    .withStartupTimeout(STARTUP_TIMEOUT_MS)
    .start();
  return {
    url: recipe.url(container.getHost(), container.getMappedPort(recipe.port)),
    stop: async () => {
      await container.stop();
    },
  };
}
