"""IAM and STS as boto3 speaks them, at its defaults. Ends with `identities complete` and status 0."""

import json

import boto3
from client_errors import expect_error

iam = boto3.client("iam")
sts = boto3.client("sts")


def policy(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action, resource="*"):
    return {"Effect": "Allow", "Action": action, "Resource": resource}


def session_of(credentials):
    return boto3.session.Session(
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials.get("SessionToken"),
    )


account = sts.get_caller_identity()["Account"]
assert iam.get_user()["User"]["Arn"].endswith(":root")

user = iam.create_user(UserName="boto", Path="/e2e/", Tags=[{"Key": "team", "Value": "store"}])["User"]
assert user["Arn"] == f"arn:aws:iam::{account}:user/e2e/boto"
try:
    iam.create_user(UserName="BOTO")
    raise AssertionError("names are unique without case")
except iam.exceptions.EntityAlreadyExistsException:
    pass

key = iam.create_access_key(UserName="boto")["AccessKey"]
mine = session_of(key)
expect_error("AccessDenied", mine.client("s3").list_buckets)
assert mine.client("sts").get_caller_identity()["Arn"] == user["Arn"]

iam.update_account_password_policy(MinimumPasswordLength=12, RequireNumbers=True, AllowUsersToChangePassword=True)
assert iam.get_account_password_policy()["PasswordPolicy"]["ExpirePasswords"] is False
expect_error("PasswordPolicyViolation", iam.create_login_profile, UserName="boto", Password="too-short-1")
profile = iam.create_login_profile(UserName="boto", Password="long-enough-1", PasswordResetRequired=True)
assert profile["LoginProfile"]["PasswordResetRequired"] is True
mine.client("iam").change_password(OldPassword="long-enough-1", NewPassword="long-enough-2")
assert iam.get_login_profile(UserName="boto")["LoginProfile"]["PasswordResetRequired"] is False
expect_error("DeleteConflict", iam.delete_user, UserName="boto")
iam.delete_login_profile(UserName="boto")
expect_error("NoSuchEntity", iam.get_login_profile, UserName="boto")
iam.delete_account_password_policy()

group = iam.create_group(GroupName="readers")["Group"]
iam.add_user_to_group(GroupName="readers", UserName="boto")
iam.attach_group_policy(GroupName="readers", PolicyArn="arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess")
mine.client("s3").list_buckets()
expect_error("AccessDenied", mine.client("s3").create_bucket, Bucket="not-by-boto")

document = {"Version": "2012-10-17", "Statement": [allow("s3:*", "arn:aws:s3:::boto-iam*")]}
arn = iam.create_policy(PolicyName="own", PolicyDocument=json.dumps(document))["Policy"]["Arn"]
iam.attach_user_policy(UserName="boto", PolicyArn=arn)
mine.client("s3").create_bucket(Bucket="boto-iam")
assert iam.get_policy_version(PolicyArn=arn, VersionId="v1")["PolicyVersion"]["Document"] == document
assert [each["UserName"] for each in iam.list_entities_for_policy(PolicyArn=arn)["PolicyUsers"]] == ["boto"]
results = iam.simulate_principal_policy(
    PolicySourceArn=user["Arn"],
    ActionNames=["s3:PutObject", "s3:DeleteBucket"],
    ResourceArns=["arn:aws:s3:::other"],
)["EvaluationResults"]
assert [each["EvalDecision"] for each in results] == ["implicitDeny", "implicitDeny"]

trust = policy({"Effect": "Allow", "Principal": {"AWS": user["Arn"]}, "Action": "sts:AssumeRole"})
role = iam.create_role(RoleName="writer", AssumeRolePolicyDocument=trust)["Role"]
iam.put_role_policy(RoleName="writer", PolicyName="write", PolicyDocument=policy(allow("s3:*")))
assert iam.get_role(RoleName="writer")["Role"]["AssumeRolePolicyDocument"] == json.loads(trust)
assumed = mine.client("sts").assume_role(RoleArn=role["Arn"], RoleSessionName="work")
worker = session_of(assumed["Credentials"]).client("s3")
worker.put_object(Bucket="boto-iam", Key="by-role", Body=b"role")
only_reads = mine.client("sts").assume_role(
    RoleArn=role["Arn"], RoleSessionName="work", Policy=policy(allow("s3:GetObject"))
)
reader = session_of(only_reads["Credentials"]).client("s3")
assert reader.get_object(Bucket="boto-iam", Key="by-role")["Body"].read() == b"role"
expect_error("AccessDenied", reader.put_object, Bucket="boto-iam", Key="no", Body=b"")
link = worker.generate_presigned_url("get_object", Params={"Bucket": "boto-iam", "Key": "by-role"})
assert "X-Amz-Security-Token" in link or "x-amz-security-token" in link

temporary = session_of(mine.client("sts").get_session_token()["Credentials"]).client("s3")
temporary.list_objects_v2(Bucket="boto-iam")
federated = sts.get_federation_token(Name="visitor", Policy=policy(allow("s3:ListBucket")))
session_of(federated["Credentials"]).client("s3").list_objects_v2(Bucket="boto-iam")

# What tools that describe infrastructure do: apply, change, read back, and cut down.
versioned = iam.create_policy(PolicyName="versioned", Path="/e2e/", PolicyDocument=policy(allow("s3:GetObject")))["Policy"]
for action in ["s3:PutObject", "s3:DeleteObject", "s3:ListBucket", "s3:*"]:
    iam.create_policy_version(
        PolicyArn=versioned["Arn"], PolicyDocument=policy(allow(action)), SetAsDefault=action == "s3:*"
    )
expect_error(
    "LimitExceeded",
    iam.create_policy_version,
    PolicyArn=versioned["Arn"],
    PolicyDocument=policy(allow("s3:Get*")),
)
versions = iam.list_policy_versions(PolicyArn=versioned["Arn"])["Versions"]
assert [each["VersionId"] for each in versions if each["IsDefaultVersion"]] == ["v5"], versions
iam.delete_policy_version(PolicyArn=versioned["Arn"], VersionId="v1")
iam.create_policy_version(PolicyArn=versioned["Arn"], PolicyDocument=policy(allow("s3:Get*")))
iam.attach_role_policy(RoleName="writer", PolicyArn=versioned["Arn"])
expect_error("DeleteConflict", iam.delete_policy, PolicyArn=versioned["Arn"])

bounded = policy(allow("s3:GetObject"), {"Effect": "Deny", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::*/secret*"})
boundary = iam.create_policy(PolicyName="boundary", PolicyDocument=bounded)["Policy"]["Arn"]
worker.put_object(Bucket="boto-iam", Key="secret", Body=b"secret")
iam.put_role_permissions_boundary(RoleName="writer", PermissionsBoundary=boundary)
assert worker.get_object(Bucket="boto-iam", Key="by-role")["Body"].read() == b"role"
expect_error("AccessDenied", worker.get_object, Bucket="boto-iam", Key="secret")
expect_error("AccessDenied", worker.put_object, Bucket="boto-iam", Key="bounded", Body=b"")
expect_error("AccessDenied", reader.get_object, Bucket="boto-iam", Key="secret")
iam.delete_role_permissions_boundary(RoleName="writer")
assert worker.get_object(Bucket="boto-iam", Key="secret")["Body"].read() == b"secret"
worker.delete_object(Bucket="boto-iam", Key="secret")
denied = mine.client("sts").assume_role(
    RoleArn=role["Arn"],
    RoleSessionName="cut",
    Policy=policy(allow("s3:*"), {"Effect": "Deny", "Action": "s3:PutObject", "Resource": "*"}),
)
cut = session_of(denied["Credentials"]).client("s3")
cut.list_objects_v2(Bucket="boto-iam")
expect_error("AccessDenied", cut.put_object, Bucket="boto-iam", Key="cut", Body=b"")

iam.create_instance_profile(InstanceProfileName="machine", Tags=[{"Key": "team", "Value": "store"}])
iam.add_role_to_instance_profile(InstanceProfileName="machine", RoleName="writer")
profile = iam.get_waiter("instance_profile_exists")
profile.wait(InstanceProfileName="machine")
assert iam.get_instance_profile(InstanceProfileName="machine")["InstanceProfile"]["Roles"][0]["RoleName"] == "writer"
expect_error("DeleteConflict", iam.delete_role, RoleName="writer")
iam.remove_role_from_instance_profile(InstanceProfileName="machine", RoleName="writer")
iam.delete_instance_profile(InstanceProfileName="machine")

details = iam.get_paginator("get_account_authorization_details").paginate(PaginationConfig={"PageSize": 1})
pages = list(details)
assert [each["UserName"] for page in pages for each in page["UserDetailList"]] == ["boto"]
own_policies = [each["PolicyName"] for page in pages for each in page["Policies"] if ":aws:policy/" not in each["Arn"]]
assert own_policies == ["boundary", "own", "versioned"], own_policies
[writer] = [each for page in pages for each in page["RoleDetailList"]]
assert writer["AttachedManagedPolicies"][0]["PolicyArn"] == versioned["Arn"]
assert writer["AssumeRolePolicyDocument"] == json.loads(trust)
assert iam.generate_credential_report()["State"] == "COMPLETE"
report = iam.get_credential_report()
assert [line.split(",")[0] for line in report["Content"].decode().splitlines()] == ["user", "<root_account>", "boto"]
assert iam.get_context_keys_for_principal_policy(PolicySourceArn=user["Arn"])["ContextKeyNames"] == []

# Before a user goes, tools take away what it could have.
assert iam.list_ssh_public_keys(UserName="boto")["SSHPublicKeys"] == []
assert iam.list_mfa_devices(UserName="boto")["MFADevices"] == []
assert iam.list_signing_certificates(UserName="boto")["Certificates"] == []
expect_error("NoSuchEntity", iam.delete_login_profile, UserName="boto")
expect_error("NoSuchEntity", iam.get_account_password_policy)

# A key is rotated: two at a time, the old one shut before it goes.
rotated = iam.create_access_key(UserName="boto")["AccessKey"]
expect_error("LimitExceeded", iam.create_access_key, UserName="boto")
session_of(rotated).client("s3").list_buckets()
iam.update_access_key(UserName="boto", AccessKeyId=rotated["AccessKeyId"], Status="Inactive")
expect_error("InvalidAccessKeyId", session_of(rotated).client("s3").list_buckets)
iam.delete_access_key(UserName="boto", AccessKeyId=rotated["AccessKeyId"])
iam.detach_role_policy(RoleName="writer", PolicyArn=versioned["Arn"])
for version in iam.list_policy_versions(PolicyArn=versioned["Arn"])["Versions"]:
    if not version["IsDefaultVersion"]:
        iam.delete_policy_version(PolicyArn=versioned["Arn"], VersionId=version["VersionId"])
for arn_to_go in [versioned["Arn"], boundary]:
    iam.delete_policy(PolicyArn=arn_to_go)

try:
    iam.delete_user(UserName="boto")
    raise AssertionError("a user with keys goes")
except iam.exceptions.DeleteConflictException:
    pass
worker.delete_object(Bucket="boto-iam", Key="by-role")
worker.delete_bucket(Bucket="boto-iam")
iam.delete_role_policy(RoleName="writer", PolicyName="write")
iam.delete_role(RoleName="writer")
expect_error("InvalidToken", worker.list_buckets)
iam.detach_user_policy(UserName="boto", PolicyArn=arn)
iam.delete_policy(PolicyArn=arn)
iam.remove_user_from_group(GroupName="readers", UserName="boto")
iam.detach_group_policy(GroupName="readers", PolicyArn="arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess")
iam.delete_group(GroupName="readers")
iam.delete_access_key(UserName="boto", AccessKeyId=key["AccessKeyId"])
iam.delete_user(UserName="boto")
expect_error("InvalidToken", temporary.list_buckets)
expect_error("InvalidAccessKeyId", mine.client("s3").list_buckets)
try:
    iam.get_user(UserName="boto")
    raise AssertionError("the user is still there")
except iam.exceptions.NoSuchEntityException:
    pass
for page in iam.get_paginator("list_users").paginate():
    assert page["Users"] == []
print("identities complete")
