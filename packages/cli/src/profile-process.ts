import { writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { Session } from 'node:inspector/promises';

/** What a profiler writes; developer tools of browsers and editors open both. */
export interface ProfilePaths {
  /** A `.cpuprofile`; none when empty. */
  readonly cpuPath: string;
  /** A `.heapprofile`; none when empty. */
  readonly heapPath: string;
}

const SECONDS_DEFAULT = 30;
const SECONDS_MAX = 600;
const MILLISECONDS = 1_000;

/** The runtime samples its heap for one asker at a time: while the whole run is sampled, nobody else can ask. */
let samplesHeap = false;

/** Profiles this process from now until the returned function is called, which writes the files. */
export async function startProfiles({ cpuPath, heapPath }: ProfilePaths): Promise<() => Promise<void>> {
  if (cpuPath === '' && heapPath === '') return async () => undefined;
  const session = new Session();
  session.connect();
  if (cpuPath !== '') {
    await session.post('Profiler.enable');
    await session.post('Profiler.start');
  }
  if (heapPath !== '') {
    await session.post('HeapProfiler.startSampling');
    samplesHeap = true;
  }
  return async () => {
    if (cpuPath !== '') await writeFile(cpuPath, JSON.stringify((await session.post('Profiler.stop')).profile));
    if (heapPath !== '') {
      await writeFile(heapPath, JSON.stringify((await session.post('HeapProfiler.stopSampling')).profile));
    }
    session.disconnect();
  };
}

/**
 * Serves profiles of this process to this machine: `/debug/pprof/profile?seconds=30` (a `.cpuprofile`), `/debug/pprof/heap?seconds=1`
 * (a `.heapprofile`) and `/debug/pprof/cmdline`. Rejects when the port is taken.
 */
export function startDebugServer(port: number): Promise<Server> {
  const server = createServer((request, response) => {
    renderDebugPage(request.url ?? '/').then(
      (page) => {
        response.writeHead(page === undefined ? 404 : 200, { 'Content-Type': 'application/json' });
        response.end(page);
      },
      () => response.writeHead(500).end(),
    );
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}

/** The page, or undefined when there is none of that name. @param target a path with its query */
export async function renderDebugPage(target: string): Promise<string | undefined> {
  const { pathname, searchParams } = new URL(target, 'http://localhost');
  const asked = Number(searchParams.get('seconds') ?? SECONDS_DEFAULT);
  const seconds = Math.min(Math.max(Number.isFinite(asked) ? asked : SECONDS_DEFAULT, 0), SECONDS_MAX);
  switch (pathname) {
    case '/debug/pprof/':
      return JSON.stringify(['/debug/pprof/profile', '/debug/pprof/heap', '/debug/pprof/cmdline']);
    case '/debug/pprof/cmdline':
      return JSON.stringify(process.argv);
    case '/debug/pprof/profile':
      return profileFor(seconds, profileCpu);
    case '/debug/pprof/heap':
      return samplesHeap ? undefined : profileFor(seconds, profileHeap);
    default:
      return undefined;
  }
}

/** Runs a profiler for a while and gives its profile as JSON. */
async function profileFor(seconds: number, run: (session: Session, pause: () => Promise<void>) => Promise<unknown>) {
  const session = new Session();
  session.connect();
  try {
    const pause = () => new Promise<void>((resolve) => setTimeout(resolve, seconds * MILLISECONDS));
    return JSON.stringify(await run(session, pause));
  } finally {
    session.disconnect();
  }
}

async function profileCpu(session: Session, pause: () => Promise<void>): Promise<unknown> {
  await session.post('Profiler.enable');
  await session.post('Profiler.start');
  await pause();
  return (await session.post('Profiler.stop')).profile;
}

async function profileHeap(session: Session, pause: () => Promise<void>): Promise<unknown> {
  await session.post('HeapProfiler.startSampling');
  await pause();
  return (await session.post('HeapProfiler.stopSampling')).profile;
}
