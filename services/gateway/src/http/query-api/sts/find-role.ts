import { iamArn, parseIamArn } from '@needlestack/access-control';
import type { IamRole } from '@needlestack/service-contracts';
import { ARN_RULE, invalid } from '../form-parameters.ts';
import type { QueryCall } from '../query-call.ts';

export const SESSION_NAME_RULE = { minLength: 2, maxLength: 64, pattern: /^[\w+=,.@-]+$/ };
const SECONDS_BOUNDS = { min: 900, max: 43_200 };
const DEFAULT_SECONDS = 3_600;

/** The role that RoleArn names; undefined when there is none, which nobody is told. @throws QueryError `ValidationError` */
export const findRole = async (call: QueryCall): Promise<IamRole | undefined> => {
  const arn = call.parameters.required('RoleArn', ARN_RULE);
  const parsed = parseIamArn('role', arn);
  if (parsed === undefined) throw invalid('RoleArn', arn, 'Member must be the ARN of a role');
  const role = await call.context.catalog.readIam('entity', { ...parsed, kind: 'role' });
  return role?.kind === 'role' && iamArn(role) === arn ? role : undefined;
};

/** @throws QueryError `ValidationError` when it is longer than the role allows */
export const readRoleDuration = (call: QueryCall, role: IamRole): number => {
  const seconds = call.parameters.integer('DurationSeconds', SECONDS_BOUNDS) ?? DEFAULT_SECONDS;
  if (seconds > role.maxSessionSeconds)
    throw invalid(
      'DurationSeconds',
      String(seconds),
      `The requested DurationSeconds exceeds the MaxSessionDuration set for this role: ${role.maxSessionSeconds}`,
    );
  return seconds;
};

export const showAssumedRole = (role: IamRole, sessionName: string) => ({
  AssumedRoleId: `${role.id}:${sessionName}`,
  Arn: `arn:aws:sts::${role.accountId}:assumed-role/${role.name}/${sessionName}`,
});
