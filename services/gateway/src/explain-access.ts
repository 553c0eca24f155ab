/** Answers who may do what and why, from what a running store keeps, by the code that decides requests. */
import {
  ANONYMOUS,
  type Decision,
  type DecisionReason,
  joinPublicAccessBlocks,
  type Principal,
  type PublicAccessBlock,
  parseIdentities,
  permissionOf,
  type Sealer,
} from '@needlestack/access-control';
import { parseQuery, type RequestHeaders } from '@needlestack/s3-protocol';
import type { CatalogPort } from '@needlestack/service-contracts';
import { type BucketAccess, hasAcls } from './core/access/bucket-access.ts';
import { decideOperation } from './core/access/decide-operation.ts';
import { PolicyCompiler } from './core/iam/policy-compiler.ts';
import type { S3OperationName } from './core/s3-operation.ts';
import { BucketAccessCache } from './peers/bucket-access-cache.ts';
import { GatewayIdentities } from './peers/gateway-identities.ts';

export interface AccessInquiry {
  readonly catalog: CatalogPort;
  /** Text of the static identities file, when there is one. */
  readonly identities?: string;
  /** `anonymous`, `root` or an access key id. */
  readonly caller: string;
  readonly operation: S3OperationName;
  readonly bucket: string;
  /** Empty for the bucket itself. */
  readonly key: string;
  /** What conditions of policies may ask for. Names of headers in lower case. */
  readonly headers: RequestHeaders;
  readonly rawQuery: string;
  readonly sourceIp: string;
  readonly isSecure: boolean;
  readonly region: string;
  readonly nowMs: number;
}

export interface AccessExplanation {
  readonly isAllowed: boolean;
  readonly reason: DecisionReason;
  readonly action: string;
  readonly resource: string;
  readonly caller: Pick<Principal, 'kind' | 'name' | 'accountId' | 'arn'>;
  /** The statement that decided: in whose policy, its place from 0, its Sid and effect. */
  readonly statement:
    | { readonly of: string; readonly index: number; readonly sid: string | undefined; readonly effect: string }
    | undefined;
  readonly bucket: {
    readonly ownerId: string;
    readonly ownership: string;
    readonly hasPolicy: boolean;
    readonly isPolicyPublic: boolean;
    readonly hasAcl: boolean;
    readonly block: PublicAccessBlock;
  };
  /** Owner of the object, where there is one. */
  readonly objectOwnerId: string | undefined;
}

/** What keeps an inquiry from being answered: no such caller, no such bucket. */
export class InquiryError extends Error {
  override readonly name = 'InquiryError';
}

/** @throws InquiryError; IdentitiesError for a file that cannot be used */
export const explainAccess = async (inquiry: AccessInquiry): Promise<AccessExplanation> => {
  const { catalog, operation, bucket, key, nowMs } = inquiry;
  const principal = await findCaller(inquiry);
  const directory = new BucketAccessCache({ catalog, nowMs: () => nowMs });
  const access = await directory.find(bucket);
  if (access === undefined) throw new InquiryError(`there is no bucket ${bucket}`);
  const query = parseQuery(inquiry.rawQuery);
  const versionId = query.get('versionId');
  const version = key === '' ? undefined : await catalog.lookupObject(bucket, key, versionId);
  const block = joinPublicAccessBlocks(access.block, await directory.accountBlock(access.bucket.ownerId));
  const { headers, region, sourceIp, isSecure } = inquiry;
  const decision = decideOperation({
    operation,
    principal,
    access,
    block,
    key,
    versionId,
    version,
    facts: {
      principal,
      headers,
      query,
      region,
      sourceIp,
      isSecure,
      nowMs,
      amzDate: undefined,
      ownerAccountId: access.bucket.ownerId,
      existingTags: version?.tags,
      bucketTags: access.tags,
    },
  });
  const { action, versionAction = action } = permissionOf(operation);
  return {
    ...describeDecision(decision),
    action: versionId === undefined ? action : versionAction,
    resource: `arn:aws:s3:::${bucket}${key === '' ? '' : `/${key}`}`,
    caller: { kind: principal.kind, name: principal.name, accountId: principal.accountId, arn: principal.arn },
    bucket: describeBucket(access, block),
    objectOwnerId: version?.ownerId,
  };
};

const findCaller = async ({ caller, catalog, identities, nowMs }: AccessInquiry): Promise<Principal> => {
  if (caller === 'anonymous') return ANONYMOUS;
  const root = { accessKeyId: 'root', secretAccessKey: '' };
  const directory = new GatewayIdentities({
    root,
    catalog: {
      getIdentity: (id) => catalog.getIdentity(id),
      readIam: (name, question) => catalog.readIam(name, question),
      // Who asks what a key may do does not use it.
      changeIam: async () => undefined,
    },
    sealer: OPENS_NOTHING,
    compiler: new PolicyCompiler(),
    region: '',
    nowMs: () => nowMs,
  });
  if (identities !== undefined) directory.replaceFile(parseIdentities(identities));
  const found = directory.find(caller) ?? (await directory.lookup(caller));
  if (found === undefined) throw new InquiryError(`no access key ${caller}: give anonymous, root or an access key id`);
  return found.principal;
};

/** Nothing is signed here, so no secret is needed. */
const OPENS_NOTHING: Sealer = {
  seal: (plain) => plain,
  unseal: () => new Uint8Array(0),
};

const describeDecision = ({
  isAllowed,
  reason,
  statement,
  statementOf,
}: Decision): Pick<AccessExplanation, 'isAllowed' | 'reason' | 'statement'> => ({
  isAllowed,
  reason,
  statement:
    statement === undefined
      ? undefined
      : { of: statementOf ?? 'bucket', index: statement.index, sid: statement.sid, effect: statement.effect },
});

const describeBucket = (access: BucketAccess, block: PublicAccessBlock): AccessExplanation['bucket'] => ({
  ownerId: access.bucket.ownerId,
  ownership: access.ownership ?? 'not set',
  hasPolicy: access.policy !== undefined,
  isPolicyPublic: access.isPolicyPublic,
  hasAcl: hasAcls(access) && access.acl !== undefined,
  block,
});
