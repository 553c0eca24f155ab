/** Who signed the policy of a form, and whether truly: Signature Version 4, and 2 where that is switched on. */
import { createHmac } from 'node:crypto';
import { invalidArgument, S3Error } from '../error/s3-error.ts';
import { isEqualConstantTime } from '../sigv4/is-equal-constant-time.ts';
import { SIGV4_ALGORITHM, type SigningKeyCache } from '../sigv4/signing-key.ts';
import type { FormFields } from './post-policy.ts';

export interface FormClaim {
  readonly version: 2 | 4;
  readonly accessKeyId: string;
  readonly policy: string;
  readonly signature: string;
  /** `AKID/date/region/service/aws4_request`; version 4 only. */
  readonly credential: string;
  readonly securityToken: string | undefined;
}

/**
 * What the form says of its signature; undefined for one without policy, which nobody signed.
 *
 * @throws S3Error `InvalidArgument` for a policy without signature, `InvalidRequest` for a version that is not taken, `AccessDenied`
 */
export const parseFormClaim = (
  fields: FormFields,
  { region, takesVersion2 }: { readonly region: string; readonly takesVersion2: boolean },
): FormClaim | undefined => {
  const policy = fields.get('policy');
  const securityToken = fields.get('x-amz-security-token');
  const algorithm = fields.get('x-amz-algorithm');
  if (policy === undefined) {
    if (algorithm === undefined && !fields.has('awsaccesskeyid')) return undefined;
    throw invalidArgument("Bucket POST must contain a field named 'policy'.", 'policy', '');
  }
  if (algorithm === undefined) {
    const accessKeyId = requireField(fields, 'awsaccesskeyid', 'AWSAccessKeyId');
    if (!takesVersion2) {
      throw new S3Error('InvalidRequest', {
        message: `The authorization mechanism you have provided is not supported. Please use ${SIGV4_ALGORITHM}.`,
      });
    }
    const signature = requireField(fields, 'signature', 'signature');
    return { version: 2, accessKeyId, policy, signature, credential: '', securityToken };
  }
  if (algorithm !== SIGV4_ALGORITHM)
    throw invalidArgument(`x-amz-algorithm must be ${SIGV4_ALGORITHM}.`, 'x-amz-algorithm', algorithm);
  const credential = requireField(fields, 'x-amz-credential', 'x-amz-credential');
  const signature = requireField(fields, 'x-amz-signature', 'x-amz-signature');
  requireField(fields, 'x-amz-date', 'x-amz-date');
  const parts = credential.split('/');
  const [date = '', scopeRegion = '', service = '', terminal = ''] = parts.slice(-4);
  const accessKeyId = parts.slice(0, -4).join('/');
  if (accessKeyId === '' || !/^\d{8}$/.test(date) || service !== 's3' || terminal !== 'aws4_request') {
    throw invalidArgument('The credential is malformed.', 'x-amz-credential', credential);
  }
  if (scopeRegion !== region) {
    throw new S3Error('AuthorizationHeaderMalformed', {
      message: `The region '${scopeRegion}' is wrong; expecting '${region}'`,
      details: { Region: region },
    });
  }
  return { version: 4, accessKeyId, policy, signature, credential, securityToken };
};

const requireField = (fields: FormFields, name: string, shown: string): string => {
  const value = fields.get(name);
  if (value !== undefined && value !== '') return value;
  throw invalidArgument(
    `Bucket POST must contain a field named '${shown}'.  If it is specified, please check the order of the fields.`,
    shown,
    '',
  );
};

/** @throws S3Error `SignatureDoesNotMatch` */
export const verifyFormSignature = (claim: FormClaim, secret: string, keys: SigningKeyCache): void => {
  const { version, policy, signature, credential, accessKeyId } = claim;
  if (version === 2) {
    const expected = createHmac('sha1', secret).update(policy).digest('base64');
    if (isEqualConstantTime(expected, signature)) return;
  } else {
    const [date = '', region = '', service = ''] = credential.split('/').slice(-4);
    if (keys.get(credential, secret, date, region, service).proves(policy, signature)) return;
  }
  throw new S3Error('SignatureDoesNotMatch', {
    details: { AWSAccessKeyId: accessKeyId, StringToSign: policy, SignatureProvided: signature },
  });
};
