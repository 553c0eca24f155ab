/** The policies of AWS itself that may be attached in every account (s3.md rule 45). */

export interface AwsManagedPolicy {
  readonly arn: string;
  readonly name: string;
  readonly id: string;
  readonly description: string;
  readonly document: string;
}

const allowing = (...actions: readonly string[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }] });

const managed = (name: string, id: string, description: string, document: string): AwsManagedPolicy => ({
  arn: `arn:aws:iam::aws:policy/${name}`,
  name,
  id,
  description,
  document,
});

export const AWS_MANAGED_POLICIES: readonly AwsManagedPolicy[] = [
  managed(
    'AmazonS3FullAccess',
    'ANPAIFIR6V6BVTRAHWINE',
    'Provides full access to all buckets.',
    allowing('s3:*', 's3-object-lambda:*'),
  ),
  managed(
    'AmazonS3ReadOnlyAccess',
    'ANPAIZTJ4DXE7G6AGAE6M',
    'Provides read only access to all buckets.',
    allowing('s3:Get*', 's3:List*', 's3:Describe*', 's3-object-lambda:Get*', 's3-object-lambda:List*'),
  ),
  managed(
    'AmazonSNSReadOnlyAccess',
    'ANPAIZGQCQTFOFPMHSB6W',
    'Provides read only access to notification topics.',
    allowing('sns:GetTopicAttributes', 'sns:List*'),
  ),
  managed(
    'IAMReadOnlyAccess',
    'ANPAJKSO7NDY4T57MWDSQ',
    'Provides read only access to users, groups, roles and policies.',
    allowing(
      'iam:GenerateCredentialReport',
      'iam:GenerateServiceLastAccessedDetails',
      'iam:Get*',
      'iam:List*',
      'iam:SimulateCustomPolicy',
      'iam:SimulatePrincipalPolicy',
    ),
  ),
];

const BY_ARN: ReadonlyMap<string, AwsManagedPolicy> = new Map(AWS_MANAGED_POLICIES.map((each) => [each.arn, each]));

export const findAwsManagedPolicy = (arn: string): AwsManagedPolicy | undefined => BY_ARN.get(arn);
