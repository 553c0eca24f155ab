/** pytest on a clone of the suite. The event loop stays free meanwhile: an identity provider may answer in this process. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';

export interface SuitePlace {
  /** The clone. */
  readonly suite: string;
  readonly python: string;
  readonly environment: NodeJS.ProcessEnv;
}

const PYTEST = ['-m', 'pytest', '-p', 'no:cacheprovider', '-q'];

/** Ids that the suite has, in the files of those given. A parametrized test is named once in a list, and collected once for each of its cases. */
export const collectIds = (place: SuitePlace, ids: readonly string[]): ReadonlySet<string> =>
  collectTests(place, [...new Set(ids.map((id) => id.split('::')[0] ?? ''))]);

/** @param wanted files, folders, options of pytest */
export function collectTests(
  { suite, python, environment }: SuitePlace,
  wanted: readonly string[],
): ReadonlySet<string> {
  const { stdout } = spawnSync(python, [...PYTEST, '--collect-only', ...wanted], {
    cwd: suite,
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  return new Set(
    stdout
      .split('\n')
      .filter((line) => line.includes('::'))
      .map((line) => line.replace(/\[.*\]$/, '')),
  );
}

/** @returns pytest's status */
export async function runSuite(
  { suite, python, environment }: SuitePlace,
  pytestArguments: readonly string[],
): Promise<number> {
  const child = spawn(python, [...PYTEST, ...pytestArguments], {
    cwd: suite,
    env: environment,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const [code] = await once(child, 'exit');
  return typeof code === 'number' ? code : 1;
}
