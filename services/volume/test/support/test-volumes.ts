import { chmodSync, cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export {
  codeOf,
  newVolume,
  openRegistry,
  RecordedEvents,
  TestClock,
  type TestRegistry,
  type TestRegistryOptions,
} from './open-registry.ts';

const directories: string[] = [];

afterAll(() => {
  for (const path of directories) rmSync(path, { recursive: true, force: true });
});

/** A directory that is removed after the tests of this file. */
export function tempDirectory(): string {
  const path = mkdtempSync(join(tmpdir(), 'needlestack-volume-'));
  directories.push(path);
  return path;
}

/** A writable copy of a directory of fixtures. */
export function copyOf(source: string): string {
  const path = tempDirectory();
  cpSync(source, path, { recursive: true });
  for (const file of readdirSync(path)) chmodSync(join(path, file), 0o644);
  return path;
}
