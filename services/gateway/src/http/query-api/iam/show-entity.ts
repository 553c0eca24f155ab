/** Entities as answers show them. */
import { type AwsManagedPolicy, iamArn } from '@needlestack/access-control';
import type {
  IamAccessKey,
  IamEntity,
  IamGroup,
  IamPolicy,
  IamPolicyVersion,
  IamRole,
  IamTags,
  IamUser,
} from '@needlestack/service-contracts';
import { type AnswerTree, showTime } from '../render-answer.ts';

export const showTags = (tags: IamTags): AnswerTree[] | undefined => {
  const shown = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  return shown.length === 0 ? undefined : shown;
};

const showFacts = (entity: IamEntity): AnswerTree => ({
  Path: entity.path,
  Arn: iamArn(entity),
  CreateDate: showTime(entity.createdAtMs),
});

const showBoundary = ({ boundaryArn }: IamUser | IamRole): AnswerTree | undefined =>
  boundaryArn === undefined
    ? undefined
    : { PermissionsBoundaryType: 'PermissionsBoundaryPolicy', PermissionsBoundaryArn: boundaryArn };

/** `isWhole`: with what listings leave out. */
export const showUser = (user: IamUser, isWhole = true): AnswerTree => ({
  ...showFacts(user),
  UserName: user.name,
  UserId: user.id,
  PermissionsBoundary: isWhole ? showBoundary(user) : undefined,
  Tags: isWhole ? showTags(user.tags) : undefined,
});

export const showGroup = (group: IamGroup): AnswerTree => ({
  ...showFacts(group),
  GroupName: group.name,
  GroupId: group.id,
});

export const showRole = (role: IamRole, isWhole = true): AnswerTree => ({
  ...showFacts(role),
  RoleName: role.name,
  RoleId: role.id,
  AssumeRolePolicyDocument: encodeURIComponent(role.trustPolicy),
  Description: role.description === '' ? undefined : role.description,
  MaxSessionDuration: role.maxSessionSeconds,
  PermissionsBoundary: isWhole ? showBoundary(role) : undefined,
  Tags: isWhole ? showTags(role.tags) : undefined,
});

export const showPolicy = (policy: IamPolicy, isWhole = true): AnswerTree => ({
  ...showFacts(policy),
  PolicyName: policy.name,
  PolicyId: policy.id,
  DefaultVersionId: policy.defaultVersionId,
  AttachmentCount: policy.attachmentCount,
  PermissionsBoundaryUsageCount: policy.boundaryCount,
  IsAttachable: true,
  Description: !isWhole || policy.description === '' ? undefined : policy.description,
  UpdateDate: showTime(policy.updatedAtMs),
  Tags: isWhole ? showTags(policy.tags) : undefined,
});

const AWS_POLICY_TIME = '2015-02-06T18:40:00Z';

export const showAwsPolicy = (policy: AwsManagedPolicy): AnswerTree => ({
  PolicyName: policy.name,
  PolicyId: policy.id,
  Arn: policy.arn,
  Path: '/',
  DefaultVersionId: 'v1',
  AttachmentCount: 0,
  PermissionsBoundaryUsageCount: 0,
  IsAttachable: true,
  Description: policy.description,
  CreateDate: AWS_POLICY_TIME,
  UpdateDate: AWS_POLICY_TIME,
});

export const showAwsPolicyVersion = (policy: AwsManagedPolicy, withDocument: boolean): AnswerTree => ({
  Document: withDocument ? encodeURIComponent(policy.document) : undefined,
  VersionId: 'v1',
  IsDefaultVersion: true,
  CreateDate: AWS_POLICY_TIME,
});

export const showPolicyVersion = (version: IamPolicyVersion, policy: IamPolicy, withDocument: boolean): AnswerTree => ({
  Document: withDocument ? encodeURIComponent(version.document) : undefined,
  VersionId: version.versionId,
  IsDefaultVersion: version.versionId === policy.defaultVersionId,
  CreateDate: showTime(version.createdAtMs),
});

export const showAccessKey = (key: IamAccessKey, userName: string): AnswerTree => ({
  UserName: userName,
  AccessKeyId: key.accessKeyId,
  Status: key.status,
  CreateDate: showTime(key.createdAtMs),
});

/** Policies as attachments name them. */
export const showAttached = (arns: readonly string[]): AnswerTree[] =>
  arns.map((arn) => ({ PolicyName: arn.slice(arn.lastIndexOf('/') + 1), PolicyArn: arn }));
