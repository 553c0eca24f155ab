/** The shape of an IAM action: what it is about, and what it does once the caller may. */
import { type Decision, decideAccess, iamArn, parseIamArn } from '@needlestack/access-control';
import type { IamEntity, IamEntityOf, IamKind } from '@needlestack/service-contracts';
import { describeDenial, sealDenial } from '../../../core/iam/denial-message.ts';
import { ARN_RULE, NAME_RULE, PATH_RULE } from '../form-parameters.ts';
import type { QueryAction, QueryCall } from '../query-call.ts';
import { QueryError } from '../query-error.ts';
import type { AnswerTree } from '../render-answer.ts';

/** What an action is about. */
export type ActionSubject =
  /** The whole account. */
  | { readonly on: 'account' }
  /** An entity that a parameter names. `orCaller`: without it, the calling user. */
  | { readonly on: Exclude<IamKind, 'policy' | 'oidc-provider'>; readonly orCaller?: true }
  /** One that a parameter names by its ARN. */
  | { readonly on: 'policy' | 'oidc-provider' }
  /** One that is to be made. */
  | { readonly makes: IamKind };

export const NAME_PARAMETER: Readonly<Record<IamKind, string>> = {
  user: 'UserName',
  group: 'GroupName',
  role: 'RoleName',
  policy: 'PolicyName',
  'oidc-provider': 'Url',
  'instance-profile': 'InstanceProfileName',
};
const ARN_PARAMETER = { policy: 'PolicyArn', 'oidc-provider': 'OpenIDConnectProviderArn' } as const;

export const iamAction = (
  name: string,
  subject: ActionSubject,
  run: (call: QueryCall) => Promise<AnswerTree | undefined>,
): QueryAction => ({
  name,
  run,
  authorize: async (call) => {
    const resource = await findResource(call, subject);
    authorizeIam(call, name, resource);
  },
});

/** Also sets the call's target. */
const findResource = async (call: QueryCall, subject: ActionSubject): Promise<string> => {
  const { accountId } = call;
  if ('makes' in subject) {
    const path = call.parameters.optional('Path', PATH_RULE) ?? '/';
    const name = call.parameters.required(NAME_PARAMETER[subject.makes]);
    return iamArn({ accountId, kind: subject.makes, path, name });
  }
  if (subject.on === 'account') return '*';
  if (!isNamed(subject)) {
    const arn = call.parameters.required(ARN_PARAMETER[subject.on], ARN_RULE);
    const parsed = parseIamArn(subject.on, arn);
    if (parsed?.accountId === accountId) {
      const found = await call.context.catalog.readIam('entity', { accountId, kind: subject.on, name: parsed.name });
      if (found !== undefined && iamArn(found) === arn) call.target = found;
    }
    return arn;
  }
  const parameter = NAME_PARAMETER[subject.on];
  const name =
    subject.orCaller === true ? nameOrCaller(call, parameter) : call.parameters.required(parameter, NAME_RULE);
  if (name === undefined) return call.principal.arn;
  call.target = await call.context.catalog.readIam('entity', { accountId, kind: subject.on, name });
  return call.target === undefined ? iamArn({ accountId, kind: subject.on, path: '/', name }) : iamArn(call.target);
};

type NamedSubject = Extract<ActionSubject, { readonly on: 'user' | 'group' | 'role' | 'instance-profile' }>;

const isNamed = (subject: Extract<ActionSubject, { readonly on: IamKind }>): subject is NamedSubject =>
  subject.on !== 'policy' && subject.on !== 'oidc-provider';

/** Undefined when it is a caller that is no user of IAM. */
const nameOrCaller = (call: QueryCall, parameter: string): string | undefined => {
  const given = call.parameters.optional(parameter, NAME_RULE);
  const { bearer } = call.accessKey;
  return given ?? (bearer.kind === 'user' ? bearer.name : undefined);
};

/**
 * @param isGivenToUsers users of the account may do it where none of their policies speaks of it
 * @throws QueryError `AccessDenied`
 */
export const authorizeIam = (
  call: QueryCall,
  action: string,
  resource: string,
  { isGivenToUsers = false }: { readonly isGivenToUsers?: boolean } = {},
): void => {
  const { principal, accountId } = call;
  if (principal.kind === 'account' || principal.kind === 'root') return;
  const tags = call.parameters.tags();
  const more = iamFacts(call);
  // Grants of the identities file speak of buckets, and federated users never come to IAM.
  const decision =
    principal.policies === undefined || principal.kind === 'federated-user'
      ? undefined
      : decideAccess({
          principal,
          action: `iam:${action}`,
          bucket: '',
          key: '',
          resource,
          ownerAccountId: accountId,
          facts: call.facts(principal, more, Object.keys(tags).length === 0 ? undefined : tags),
        });
  if (isGivenToUsers && call.accessKey.bearer.kind === 'user' && decision?.reason === 'no-allow') return;
  if (decision?.isAllowed !== true) throw refuseIam(call, { action: `iam:${action}`, resource }, decision);
};

const refuseIam = (
  { principal, accountId, context }: QueryCall,
  asked: { readonly action: string; readonly resource: string },
  decision: Decision | undefined,
): QueryError => {
  const message = `User: ${principal.arn} is not authorized to perform: ${asked.action} on resource: ${asked.resource}`;
  if (context.sealer === undefined) return new QueryError('AccessDenied', message);
  const why = sealDenial(context.sealer, accountId, describeDenial(principal, asked, decision));
  return new QueryError('AccessDenied', `${message}. Encoded authorization failure message: ${why}`);
};

const iamFacts = (call: QueryCall): Record<string, readonly string[]> => {
  const more: Record<string, readonly string[]> = {};
  for (const [key, value] of Object.entries(call.target?.tags ?? {})) more[`iam:resourcetag/${key}`] = [value];
  const policyArn = call.parameters.optional('PolicyArn');
  if (policyArn !== undefined) more['iam:policyarn'] = [policyArn];
  const boundary = call.parameters.optional('PermissionsBoundary');
  if (boundary !== undefined) more['iam:permissionsboundary'] = [boundary];
  return more;
};

/** The call's target. @throws QueryError `NoSuchEntity` */
export const requireTarget = <Kind extends IamKind>(call: QueryCall, kind: Kind): IamEntityOf<Kind> => {
  const { target } = call;
  if (target !== undefined && isOfKind(target, kind)) return target;
  const name =
    call.parameters.optional(NAME_PARAMETER[kind]) ??
    call.parameters.optional(kind === 'policy' ? ARN_PARAMETER.policy : ARN_PARAMETER['oidc-provider']) ??
    call.principal.name;
  throw new QueryError('NoSuchEntity', `The ${kind} with name ${name} cannot be found.`);
};

const isOfKind = <Kind extends IamKind>(entity: IamEntity, kind: Kind): entity is IamEntityOf<Kind> =>
  entity.kind === kind;
