/** Reads a policy document and compiles it. What cannot be understood is refused as a whole: nothing of it may count in silence. */
import { POLICY_BYTES_MAX, POLICY_LIST_MAX, POLICY_STATEMENTS_MAX } from '../limits.ts';
import { type Condition, compileCondition } from './condition.ts';
import { isAnyKey, isBucketPolicyKey } from './condition-keys.ts';
import { contextKeysOf, familyOf } from './context-keys.ts';
import { parsePrincipals } from './parse-principals.ts';
import type { Policy, PolicyVersion, Statement } from './policy.ts';
import { PolicyError } from './policy-error.ts';
import { asObject, type JsonObject, parsePolicyJson, readTexts } from './policy-json.ts';
import { compilePolicyText, type PolicyText } from './policy-text.ts';
import { compilePattern } from './wildcard.ts';

/**
 * What a policy hangs on. `resource`: principals and resources, as a bucket's. `identity`: no principals. `trust`: principals, no
 * resources, as a role's.
 */
export type PolicyKind = 'resource' | 'identity' | 'trust';

export interface ParsePolicyOptions {
  readonly kind: PolicyKind;
  /** Bytes of UTF-8; 20,480 when absent. */
  readonly maxBytes?: number;
  readonly allowsRepeatedSids?: boolean;
  /** A statement that allows may name no resource, and then allows nothing. */
  readonly allowsNoResource?: boolean;
  /** Principals may be ARNs without account. */
  readonly allowsShortArns?: boolean;
  /** Principals in a policy of an identity say nothing. */
  readonly ignoresPrincipals?: boolean;
  /** Refuses resources that the policy cannot be about. */
  readonly isOwnResource?: (resource: PolicyText) => boolean;
}

const VERSIONS: readonly string[] = ['2008-10-17', '2012-10-17'];
const POLICY_FIELDS = new Set(['Version', 'Id', 'Statement']);
const STATEMENT_FIELDS = new Set(
  'Sid Effect Principal NotPrincipal Action NotAction Resource NotResource Condition'.split(' '),
);
const ACTION = /^(?:\*|[a-zA-Z0-9-]+:[a-zA-Z0-9*?]+)$/;
const ARN_SHAPE = /^(?:\*|[^:]*:[^:]*:[^:]*:[^:]*:[^:]*:.+)$/s;

/** @throws PolicyError with S3's message */
export const parsePolicy = (text: string, options: ParsePolicyOptions): Policy => {
  const maxBytes = options.maxBytes ?? POLICY_BYTES_MAX;
  if (Buffer.byteLength(text) > maxBytes) {
    throw new PolicyError(`Normalized policy document exceeds the maximum allowed size of ${maxBytes} bytes.`);
  }
  const document = parsePolicyJson(text);
  refuseUnknownFields(document, POLICY_FIELDS);
  const version = readVersion(document.Version);
  const { Id: id } = document;
  if (id !== undefined && typeof id !== 'string') throw new PolicyError('Invalid policy syntax.', 'Id');
  if (document.Statement === undefined) throw new PolicyError('Missing required field Statement', 'Statement');
  const entries: readonly unknown[] = Array.isArray(document.Statement) ? document.Statement : [document.Statement];
  if (entries.length === 0) throw new PolicyError('Could not parse the policy: Statement is empty!', 'Statement');
  if (entries.length > POLICY_STATEMENTS_MAX) throw new PolicyError('Policy has too many statements', 'Statement');
  const context = { ...options, hasVariables: version === '2012-10-17' };
  const statements = entries.map((entry, index) => parseStatement(asObject(entry, 'Statement'), index, context));
  if (options.allowsRepeatedSids !== true) refuseRepeatedSids(statements);
  return {
    version,
    id,
    statements,
    keysUsed: new Set([...contextKeysOf(statements)].map(familyOf)),
    byAction: new Map(),
  };
};

interface StatementContext extends ParsePolicyOptions {
  readonly hasVariables: boolean;
}

const parseStatement = (entry: JsonObject, index: number, context: StatementContext): Statement => {
  refuseUnknownFields(entry, STATEMENT_FIELDS);
  const { Sid: sid, Effect: effect } = entry;
  if (sid !== undefined && typeof sid !== 'string') throw new PolicyError('Invalid policy syntax.', 'Sid');
  if (effect === undefined) throw new PolicyError('Missing required field Effect', 'Effect');
  if (effect !== 'Allow' && effect !== 'Deny') {
    throw new PolicyError(`Invalid effect: ${typeof effect === 'string' ? effect : JSON.stringify(effect)}`, 'Effect');
  }
  return {
    index,
    sid,
    effect,
    principals: readPrincipals(entry, effect, context),
    actions: readActions(entry),
    resources: readResources(entry, effect, context),
    conditions: readConditions(entry.Condition, context),
  };
};

const readVersion = (version: unknown): PolicyVersion => {
  if (version === undefined) return '2008-10-17';
  if (typeof version === 'string' && VERSIONS.includes(version)) return version as PolicyVersion;
  throw new PolicyError('The policy must contain a valid version string', 'Version');
};

const refuseUnknownFields = (object: JsonObject, known: ReadonlySet<string>): void => {
  for (const name of Object.keys(object)) {
    if (!known.has(name)) throw new PolicyError(`Unknown field ${name}`, name);
  }
};

const refuseRepeatedSids = (statements: readonly Statement[]): void => {
  const seen = new Set<string>();
  for (const { sid } of statements) {
    if (sid === undefined || sid === '') continue;
    if (seen.has(sid)) throw new PolicyError('Statement IDs (SID) in a single policy must be unique.', sid);
    seen.add(sid);
  }
};

/** The one of a field and its `Not` twin that stands there. */
const chooseField = (entry: JsonObject, name: string): { readonly value: unknown; readonly isNot: boolean } => {
  const plain = entry[name];
  const not = entry[`Not${name}`];
  if (plain === undefined && not === undefined) throw new PolicyError(`Missing required field ${name}`, name);
  if (plain !== undefined && not !== undefined) throw new PolicyError('Invalid policy syntax.', `Not${name}`);
  return plain === undefined ? { value: not, isNot: true } : { value: plain, isNot: false };
};

const readPrincipals = (
  entry: JsonObject,
  effect: Statement['effect'],
  { kind, allowsShortArns, ignoresPrincipals }: StatementContext,
): Statement['principals'] => {
  if (kind === 'identity') {
    if (ignoresPrincipals === true) return undefined;
    if (entry.Principal === undefined && entry.NotPrincipal === undefined) return undefined;
    throw new PolicyError('Policy document should not specify a principal.', 'Principal');
  }
  const { value, isNot } = chooseField(entry, 'Principal');
  if (isNot && effect === 'Allow') throw new PolicyError('Allow with NotPrincipal is not allowed.', 'NotPrincipal');
  return { set: parsePrincipals(value, { allowsShortArns }), isNot };
};

const readActions = (entry: JsonObject): Statement['actions'] => {
  const { value, isNot } = chooseField(entry, 'Action');
  const patterns = readTexts(value, 'Policy has invalid action', POLICY_LIST_MAX).map((text) => {
    if (!ACTION.test(text)) throw new PolicyError('Policy has invalid action', text);
    return compilePattern(text.toLowerCase());
  });
  return { patterns, isNot };
};

const readResources = (
  entry: JsonObject,
  effect: Statement['effect'],
  context: StatementContext,
): Statement['resources'] => {
  const namesNone = entry.Resource === undefined && entry.NotResource === undefined;
  if (context.kind === 'trust') {
    if (namesNone) return undefined;
    throw new PolicyError('Has prohibited field Resource', 'Resource');
  }
  if (namesNone && effect === 'Allow' && context.allowsNoResource === true) return { texts: [], isNot: false };
  const { value, isNot } = chooseField(entry, 'Resource');
  const texts = readTexts(value, 'Policy has invalid resource', POLICY_LIST_MAX).map((text) => {
    const compiled = compilePolicyText(text, context.hasVariables);
    const isOwn = context.isOwnResource === undefined || context.isOwnResource(compiled);
    if (!ARN_SHAPE.test(text) || !isOwn) throw new PolicyError('Policy has invalid resource', text);
    return compiled;
  });
  return { texts, isNot };
};

const readConditions = (value: unknown, { hasVariables, kind }: StatementContext): readonly Condition[] => {
  if (value === undefined) return [];
  const isKnownKey = kind === 'resource' ? isBucketPolicyKey : isAnyKey;
  const conditions: Condition[] = [];
  for (const [operatorName, keys] of Object.entries(asObject(value, 'Condition'))) {
    for (const [keyName, values] of Object.entries(asObject(keys, operatorName))) {
      const texts = readTexts(values, 'Policy has an invalid condition value', POLICY_LIST_MAX);
      conditions.push(compileCondition(operatorName, keyName, texts, { hasVariables, isKnownKey }));
    }
  }
  return conditions;
};
