"""IAM and STS as boto3 speaks them, at its defaults. Ends with `identities complete` and status 0."""

import json

import boto3
from botocore.exceptions import ClientError

iam = boto3.client("iam")
sts = boto3.client("sts")


def policy(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action, resource="*"):
    return {"Effect": "Allow", "Action": action, "Resource": resource}


def expect_error(code, call, **arguments):
    """The call must fail with this code."""
    try:
        call(**arguments)
    except ClientError as error:
        found = error.response["Error"]["Code"]
        assert found == code, f"{code} expected, {found} came: {error}"
        return
    raise AssertionError(f"{code} expected, the call succeeded")


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
