import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { NeedleVersion, OffsetWidth } from '../src/index.ts';

/** Volumes written by SeaweedFS, kept beside the repository. */
const FIXTURES = fileURLToPath(new URL('../../../../shared/fixtures/seaweedfs/', import.meta.url));

export const haveFixtures = existsSync(FIXTURES);

/** `test`, or a skip that says why when the fixtures are not on this machine. */
export function testOnFixtures(name: string, body: () => Promise<void>): void {
  if (haveFixtures) test(name, body);
  else test.skip(`${name} [skipped: no SeaweedFS fixtures beside the repository]`, body);
}

export function readFixture(path: string): Buffer {
  return readFileSync(FIXTURES + path);
}

export interface FixtureVolume {
  readonly name: string;
  readonly dat: string;
  readonly idx: string;
  readonly version: NeedleVersion;
  readonly width: OffsetWidth;
  readonly manifest: string | undefined;
}

function volume(dat: string, version: NeedleVersion, manifest?: string, width: OffsetWidth = 4): FixtureVolume {
  return { name: dat, dat: `${dat}.dat`, idx: `${dat}.idx`, version, width, manifest };
}

/** Every undamaged volume: where it lies and the version of its records. */
export const healthyVolumes: readonly FixtureVolume[] = [
  volume('plain/1', 3, 'plain/manifest.json'),
  volume('ttl/2', 3, 'ttl/manifest.json'),
  volume('collection/photos_2026_3', 3, 'collection/manifest.json'),
  volume('vacuum-before/4', 3, 'vacuum-before/manifest.json'),
  volume('vacuumed/4', 3, 'vacuumed/manifest.json'),
  volume('version2/16', 2, 'version2/manifest.json'),
  volume('version1/17', 1, 'version1/manifest.json'),
  volume('mixed-version/6', 3),
  volume('mixed-version/7', 3),
  volume('wide-offsets/31', 3, 'wide-offsets/manifest.json', 5),
  volume('wide-offsets/ec5_32', 3, undefined, 5),
  volume('damaged/healthy/20', 3, 'damaged/healthy/manifest.json'),
  volume('damaged/tombstone-last/20', 3),
  volume('damaged/masked-crc/20', 3),
];

export interface ManifestNeedle {
  readonly id: string;
  readonly cookie: string;
  readonly idx?: { readonly offset: number; readonly size: number };
  readonly record?: {
    readonly size: number;
    readonly flags?: number;
    readonly name?: string;
    readonly mime?: string;
    readonly last_modified?: number;
    readonly ttl?: readonly [number, number];
    readonly data_size: number;
    readonly crc32c: string;
    readonly append_at_ns?: string;
    readonly stored_sha256: string;
    readonly padding: string;
    readonly record_length: number;
  };
}

export function readManifestNeedles(path: string): readonly ManifestNeedle[] {
  const manifest: unknown = JSON.parse(readFixture(path).toString());
  return (manifest as { needles: readonly ManifestNeedle[] }).needles;
}

export function listFixtures(folder: string): readonly string[] {
  return readdirSync(FIXTURES + folder);
}
