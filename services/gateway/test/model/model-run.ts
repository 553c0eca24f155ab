/** What the operations of a history share: the store and the model side by side, and what is picked at random. */
import { createHash } from 'node:crypto';
import type { SeededRandom } from '@needlestack/fuzz';
import type { Answer, TestClient } from '../support/test-client.ts';
import type { BucketModel, ModelLock, ModelVersion } from './bucket-model.ts';

export interface ModelRun {
  readonly client: TestClient;
  readonly bucket: string;
  readonly model: BucketModel;
  readonly random: SeededRandom;
}

export const KEYS = ['a', 'a/', 'a/b', 'a/b/c', 'a+b', 'b', 'b c', 'b\u{1F600}', 'b\uffee', 'c%2F', 'd//e', 'é'];
export const TAGS = ['', 'x=1', 'x=1&y=2', 'z=%20'];
export const TYPES = ['text/plain', 'application/json'];
export const BYPASS = { 'x-amz-bypass-governance-retention': 'true' };

export const md5 = (body: string | Buffer): Buffer => createHash('md5').update(body).digest();
export const etagOf = (body: string): string => `"${md5(body).toString('hex')}"`;
/** Of an object in one part. */
export const partsEtagOf = (body: string): string => `"${md5(md5(body)).toString('hex')}-1"`;
export const tagsOf = (query: string): Record<string, string> => Object.fromEntries(new URLSearchParams(query));
export const makeBody = (random: SeededRandom): string =>
  String(random.between(0, 1_000_000)).repeat(1 + random.between(0, 40));
export const idOf = (answer: Answer): string => `${answer.headers['x-amz-version-id'] ?? 'null'}`;
/** A body with its digest, where S3 wants one. */
export const proven = (body: string, headers: Readonly<Record<string, string>> = {}) => ({
  body,
  headers: { 'content-md5': md5(body).toString('base64'), ...headers },
});

/** A version of the key that is there, sometimes one that is not. */
export const pickVersion = ({ model, random }: ModelRun, key: string): string => {
  const versions = model.versions.get(key) ?? [];
  return versions.length === 0 || random.chance(10) ? 'null' : random.pick(versions).versionId;
};

export interface PickedVersion {
  readonly key: string;
  /** Undefined: the current one is asked for. */
  readonly versionId: string | undefined;
  readonly version: ModelVersion | undefined;
}

export const pickTarget = (run: ModelRun): PickedVersion => {
  const key = run.random.pick(KEYS);
  const versionId = run.random.chance(50) ? pickVersion(run, key) : undefined;
  const version = versionId === undefined ? run.model.current(key) : run.model.find(key, versionId);
  return { key, versionId, version };
};

/** Query of a call on a sub-resource, or on none. */
export const queryOf = (name: string, versionId: string | undefined): { readonly query: string } => ({
  query: [name, versionId === undefined ? '' : `versionId=${versionId}`].filter((part) => part !== '').join('&'),
});

/** A time that no run lives to see. */
export const pickUntil = (random: SeededRandom): string =>
  new Date(Date.UTC(2100 + random.between(0, 5), random.between(0, 12), 1)).toISOString();

export const pickLock = ({ model, random }: ModelRun): ModelLock => {
  if (!model.hasLock || random.chance(70)) return {};
  const mode = random.pick(['GOVERNANCE', 'GOVERNANCE', 'GOVERNANCE', 'COMPLIANCE'] as const);
  return random.chance(30) ? { isHeld: true } : { mode, until: pickUntil(random) };
};

/** How a GET, HEAD or sub-resource of a version that is not there is refused; undefined when it is there. */
export const refusalOf = ({ version, versionId }: PickedVersion): number | undefined => {
  if (version === undefined) return 404;
  if (version.body !== undefined) return undefined;
  return versionId === undefined ? 404 : 405;
};
