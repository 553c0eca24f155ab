/** Access keys of IAM and sessions, with what their bearers may do, remembered for a moment. */
import {
  makeStaticPrincipal,
  openSecret,
  type Principal,
  parseActions,
  type Sealer,
} from '@needlestack/access-control';
import { S3Error } from '@needlestack/s3-protocol';
import type { CatalogPort, IamKeyOwner } from '@needlestack/service-contracts';
import type { BearerReference } from '../core/iam/bearer-reference.ts';
import { makeBearerPrincipal, makeLdapPrincipal, makeSessionPrincipal } from '../core/iam/make-principal.ts';
import type { PolicyCompiler } from '../core/iam/policy-compiler.ts';
import { openSession, type Session } from '../core/iam/session.ts';
import { CATALOG_IDENTITY_TTL_MS, KEY_USE_NOTED_EVERY_MS, MAX_CACHED_CATALOG_IDENTITIES } from '../core/limits.ts';
import type { AccessKey } from '../core/ports.ts';
import { readStaticPermissions } from './static-permissions.ts';

interface CachedKey {
  readonly accessKey: AccessKey | undefined;
  readonly untilMs: number;
}

export interface CatalogIdentitiesOptions {
  readonly catalog: Pick<CatalogPort, 'getIdentity' | 'readIam' | 'changeIam'>;
  /** Without one there are no keys of IAM and no sessions. */
  readonly sealer: Sealer | undefined;
  readonly compiler: PolicyCompiler;
  readonly region: string;
  readonly nowMs: () => number;
  /** Keys that are known without the catalog. */
  readonly findStatic: (accessKeyId: string) => AccessKey | undefined;
  readonly accountName: (accountId: string) => string | undefined;
}

export class CatalogIdentities {
  readonly #options: CatalogIdentitiesOptions;
  readonly #cached = new Map<string, CachedKey>();
  readonly #usesNotedMs = new Map<string, number>();
  /** Changes that were made through this gateway. */
  #changes = 0;

  constructor(options: CatalogIdentitiesOptions) {
    this.#options = options;
  }

  /** What was looked up a moment ago. */
  find(accessKeyId: string, sessionToken?: string): AccessKey | undefined {
    return this.#remembered(nameOf(accessKeyId, sessionToken))?.accessKey;
  }

  async lookup(accessKeyId: string, sessionToken?: string, service = 's3'): Promise<AccessKey | undefined> {
    const name = nameOf(accessKeyId, sessionToken);
    const cached = this.#remembered(name);
    if (cached !== undefined) return cached.accessKey;
    const askedMs = this.#options.nowMs();
    const changes = this.#changes;
    const session = sessionToken === undefined ? undefined : this.#openSession(accessKeyId, sessionToken);
    const accessKey = session === undefined ? await this.#load(accessKeyId, service) : await this.#loadSession(session);
    // What was read before a change must not be believed after it.
    if (changes !== this.#changes) return accessKey;
    if (this.#cached.size >= MAX_CACHED_CATALOG_IDENTITIES) this.#cached.clear();
    const untilMs = Math.min(askedMs + CATALOG_IDENTITY_TTL_MS, session?.expiresAtMs ?? Number.POSITIVE_INFINITY);
    this.#cached.set(name, { accessKey, untilMs });
    return accessKey;
  }

  #remembered(name: string): CachedKey | undefined {
    const cached = this.#cached.get(name);
    return cached !== undefined && cached.untilMs > this.#options.nowMs() ? cached : undefined;
  }

  /** Something of IAM was changed here: what was remembered may be wrong. */
  forget(): void {
    this.#changes += 1;
    this.#cached.clear();
  }

  /** @throws S3Error `InvalidToken`, `ExpiredToken` */
  #openSession(accessKeyId: string, token: string): Session {
    const { sealer, nowMs } = this.#options;
    const session = sealer === undefined ? undefined : openSession(sealer, accessKeyId, token);
    if (session === undefined) throw new S3Error('InvalidToken');
    if (session.expiresAtMs <= nowMs()) throw new S3Error('ExpiredToken');
    return session;
  }

  async #loadSession(session: Session): Promise<AccessKey> {
    const bearer = await this.#loadBearer(session.bearer);
    // Whoever it was made for is gone, or another one has the name now.
    if (bearer === undefined) throw new S3Error('InvalidToken');
    return {
      secretAccessKey: session.secretAccessKey,
      principal: makeSessionPrincipal(session, bearer, this.#options.compiler),
      bearer: session.bearer,
      isTemporary: true,
    };
  }

  async #loadBearer(reference: BearerReference): Promise<Principal | undefined> {
    if (reference.kind === 'static') {
      const { accessKeyId } = reference;
      return (this.#options.findStatic(accessKeyId) ?? (await this.#load(accessKeyId)))?.principal;
    }
    const { catalog, compiler } = this.#options;
    if (reference.kind === 'ldap') {
      const { accountId, dn, groupDns } = reference;
      const entries = await catalog.readIam('ldap-bearer', { accountId, dns: [dn, ...groupDns] });
      return makeLdapPrincipal(reference, entries, this.#displayName(accountId), compiler);
    }
    const bearer = await catalog.readIam('bearer', reference);
    if (bearer === undefined || bearer.entity.id !== reference.id) return undefined;
    return makeBearerPrincipal(bearer, this.#displayName(reference.accountId), compiler);
  }

  #displayName(accountId: string): string {
    return this.#options.accountName(accountId) ?? accountId;
  }

  /** @param service that uses the key; nobody when absent */
  async #load(accessKeyId: string, service?: string): Promise<AccessKey | undefined> {
    const owner = await this.#options.catalog.readIam('access-key', { accessKeyId });
    return owner === undefined ? this.#loadIdentity(accessKeyId) : this.#loadIamKey(accessKeyId, owner, service);
  }

  async #loadIamKey(accessKeyId: string, owner: IamKeyOwner, service?: string): Promise<AccessKey | undefined> {
    const { catalog, sealer, compiler } = this.#options;
    const { accountId, userName: name } = owner;
    if (name === '') return this.#loadRootKey(accessKeyId, owner, service);
    const bearer = await catalog.readIam('bearer', { accountId, kind: 'user', name });
    if (sealer === undefined || bearer?.entity.kind !== 'user') return undefined;
    const key = bearer.entity.accessKeys.find((each) => each.accessKeyId === accessKeyId);
    if (key?.status !== 'Active') return undefined;
    if (service !== undefined) this.#noteUse(accessKeyId, owner, service);
    return {
      secretAccessKey: openSecret(sealer, accessKeyId, key.sealedSecret),
      principal: makeBearerPrincipal(bearer, this.#displayName(accountId), compiler),
      bearer: { kind: 'user', accountId, name: bearer.entity.name, id: bearer.entity.id },
    };
  }

  /** A key that the root of an account made for itself. */
  async #loadRootKey(accessKeyId: string, owner: IamKeyOwner, service?: string): Promise<AccessKey | undefined> {
    const { catalog, sealer } = this.#options;
    const { accountId } = owner;
    const { accessKeys = [] } = await catalog.readIam('account', { accountId });
    const key = accessKeys.find((each) => each.accessKeyId === accessKeyId);
    if (sealer === undefined || key?.status !== 'Active') return undefined;
    if (service !== undefined) this.#noteUse(accessKeyId, owner, service);
    const name = this.#displayName(accountId);
    return {
      secretAccessKey: openSecret(sealer, accessKeyId, key.sealedSecret),
      principal: makeStaticPrincipal({ name, accountId, displayName: name, permissions: parseActions(['Admin']) }),
      bearer: { kind: 'static', accessKeyId },
    };
  }

  /** Said at most once in a while, and nobody waits for it. A use that could not be noted is noted with the next one. */
  #noteUse(accessKeyId: string, { accountId }: IamKeyOwner, service: string): void {
    const { catalog, nowMs, region } = this.#options;
    const atMs = nowMs();
    if (atMs - (this.#usesNotedMs.get(accessKeyId) ?? 0) < KEY_USE_NOTED_EVERY_MS) return;
    if (this.#usesNotedMs.size >= MAX_CACHED_CATALOG_IDENTITIES) this.#usesNotedMs.clear();
    this.#usesNotedMs.set(accessKeyId, atMs);
    const use = { atMs, service, region };
    catalog.changeIam({ change: 'note-key-use', accountId, accessKeyId, use }).catch(() => {
      this.#usesNotedMs.delete(accessKeyId);
    });
  }

  async #loadIdentity(accessKeyId: string): Promise<AccessKey | undefined> {
    const record = await this.#options.catalog.getIdentity(accessKeyId);
    if (record === undefined) return undefined;
    const { accountId, displayName, actions, secretAccessKey } = record;
    const permissions = readStaticPermissions(actions);
    return {
      secretAccessKey,
      principal: makeStaticPrincipal({ name: displayName, accountId, displayName, permissions }),
      bearer: { kind: 'static', accessKeyId },
    };
  }
}

/** A token is worth nothing with another key than its own. Neither holds a line break. */
const nameOf = (accessKeyId: string, sessionToken: string | undefined): string =>
  sessionToken === undefined ? accessKeyId : `${accessKeyId}\n${sessionToken}`;
