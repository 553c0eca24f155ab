import type { ConditionFacts, Principal, Sealer } from '@needlestack/access-control';
import type { CatalogPort, IamChange, IamEntity } from '@needlestack/service-contracts';
import { makeConditionFacts, type RequestFacts } from '../../core/access/request-facts.ts';
import type { Compatibility } from '../../core/compatibility.ts';
import type { LoginDirectory } from '../../core/iam/directory-login.ts';
import type { PasswordHasher } from '../../core/iam/password-hasher.ts';
import type { PolicyCompiler } from '../../core/iam/policy-compiler.ts';
import type { AccessKey, IdentityDirectory } from '../../core/ports.ts';
import type { FormParameters } from './form-parameters.ts';
import { QueryError } from './query-error.ts';
import type { AnswerTree } from './render-answer.ts';

/** Proves tokens of identity providers. */
export interface WebIdentityProver {
  /**
   * The claims of a token that the provider at this URL signed for one of these audiences; for any, when there are none given.
   * @throws WebIdentityError
   */
  prove(token: string, provider: TokenProvider): Promise<TokenClaims>;
}

export interface TokenProvider {
  readonly url: string;
  readonly clientIds: readonly string[] | undefined;
}

export type TokenClaims = Readonly<Record<string, unknown>>;

/** What actions work with; one per gateway. */
export interface QueryContext {
  readonly catalog: Pick<CatalogPort, 'readIam' | 'changeIam'>;
  readonly identities: IdentityDirectory & { forgetCatalog(): void };
  readonly sealer: Sealer | undefined;
  readonly compiler: PolicyCompiler;
  readonly webIdentities: WebIdentityProver;
  readonly passwords: PasswordHasher;
  /** Undefined where no LDAP directory is asked. */
  readonly directory: LoginDirectory | undefined;
  readonly compatibility: Compatibility;
  readonly region: string;
  readonly nowMs: () => number;
  readonly randomBytes: (count: number) => Uint8Array;
}

type WithoutAccount<Change> = Change extends unknown ? Omit<Change, 'accountId'> : never;

export interface QueryCallFacts {
  readonly context: QueryContext;
  readonly parameters: FormParameters;
  readonly requestId: string;
  /** Undefined when nobody signed. */
  readonly accessKey: AccessKey | undefined;
  readonly request: Omit<RequestFacts, 'principal' | 'ownerAccountId' | 'region' | 'nowMs'>;
}

/** One call while it is served. */
export class QueryCall {
  readonly context: QueryContext;
  readonly parameters: FormParameters;
  readonly requestId: string;
  readonly #accessKey: AccessKey | undefined;
  readonly #request: QueryCallFacts['request'];
  /** What the action is about, where it is there. */
  target: IamEntity | undefined;

  constructor(facts: QueryCallFacts) {
    this.context = facts.context;
    this.parameters = facts.parameters;
    this.requestId = facts.requestId;
    this.#accessKey = facts.accessKey;
    this.#request = facts.request;
  }

  /** @throws QueryError `MissingAuthenticationToken` when nobody signed */
  get accessKey(): AccessKey {
    if (this.#accessKey === undefined)
      throw new QueryError('MissingAuthenticationToken', 'Request is missing Authentication Token');
    return this.#accessKey;
  }

  get principal(): Principal {
    return this.accessKey.principal;
  }

  get accountId(): string {
    return this.principal.accountId;
  }

  /** Tags of the target count as the resource's. */
  facts(
    principal: Principal,
    more: Readonly<Record<string, readonly string[]>> = {},
    requestTags?: Readonly<Record<string, string>>,
  ): ConditionFacts {
    const { nowMs, region } = this.context;
    return makeConditionFacts({
      ...this.#request,
      principal,
      region,
      nowMs: nowMs(),
      ownerAccountId: this.target?.accountId ?? principal.accountId,
      bucketTags: this.target?.tags,
      requestTags,
      more,
    });
  }

  /** Changes something in the caller's account; this gateway believes nothing any more that it remembered. */
  async change(change: WithoutAccount<IamChange>): Promise<IamEntity | undefined> {
    const whole = { ...change, accountId: this.accountId } as IamChange;
    try {
      return await this.context.catalog.changeIam(whole);
    } finally {
      this.context.identities.forgetCatalog();
    }
  }

  newId(prefix: string, makeId: (prefix: string, randomBytes: (count: number) => Uint8Array) => string): string {
    return makeId(prefix, this.context.randomBytes);
  }

  /** @throws QueryError `ServiceUnavailable` on a gateway without root key */
  get sealer(): Sealer {
    const { sealer } = this.context;
    if (sealer === undefined)
      throw new QueryError('ServiceUnavailable', 'This gateway has no root key: it can make no credentials.');
    return sealer;
  }
}

export interface QueryAction {
  /** `CreateUser`. */
  readonly name: string;
  /** Who asks may do it. @throws QueryError `AccessDenied` */
  authorize(call: QueryCall): Promise<void>;
  run(call: QueryCall): Promise<AnswerTree | undefined>;
}

/** A query API: its actions, and how its answers are named. */
export interface QueryService {
  readonly name: 'iam' | 'sts';
  readonly namespace: string;
  readonly version: string;
  readonly actions: ReadonlyMap<string, QueryAction>;
  /** Actions of AWS that are refused by name. */
  readonly unserved: ReadonlySet<string>;
}
