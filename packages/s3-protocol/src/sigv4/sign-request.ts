/** The client's side of Signature Version 4: headers or a presigned query for a request that is about to be sent. */
import { encodeUriComponent } from '../address/uri-encoding.ts';
import { formatAmzDate } from './amz-date.ts';
import { buildCanonicalRequest, canonicalizePath, canonicalizeQuery } from './canonical-request.ts';
import { UNSIGNED_PAYLOAD } from './payload-line.ts';
import { SIGV4_ALGORITHM, type SigningKey, type SigningKeyCache } from './signing-key.ts';
import { buildStringToSign, type ProvenSignature } from './verify-signature.ts';

export interface SigningCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface RequestToSign {
  readonly method: string;
  /** Encoded as it will be sent. */
  readonly rawPath: string;
  readonly rawQuery: string;
  /** Lower-case names, `host` among them. All of them are signed. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface SigningScope {
  readonly credentials: SigningCredentials;
  readonly region: string;
  readonly service: string;
  readonly nowMs: number;
  readonly keys: SigningKeyCache;
}

/** A signature that chunks can continue. */
export interface SignatureSeed extends ProvenSignature {
  readonly key: SigningKey;
}

export interface SignedHeaders {
  /** Everything to send: the given headers with date, hash, token and authorization. */
  readonly headers: Record<string, string>;
  /** Where chunk signatures continue from. */
  readonly seed: SignatureSeed;
}

/** @param payloadLine hex SHA-256 of the body, UNSIGNED-PAYLOAD or a STREAMING- name */
export const signRequest = (request: RequestToSign, scope: SigningScope, payloadLine: string): SignedHeaders => {
  const { credentials, region, service } = scope;
  const amzDate = formatAmzDate(scope.nowMs);
  const date = amzDate.slice(0, 8);
  const headers: Record<string, string> = {
    ...request.headers,
    'x-amz-date': amzDate,
    'x-amz-content-sha256': payloadLine,
  };
  if (credentials.sessionToken !== undefined) headers['x-amz-security-token'] = credentials.sessionToken;
  const signedHeaders = Object.keys(headers).sort().join(';');
  const scopeText = `${date}/${region}/${service}/aws4_request`;
  const credential = `${credentials.accessKeyId}/${scopeText}`;
  const key = scope.keys.get(credential, credentials.secretAccessKey, date, region, service);
  const canonicalRequest = buildCanonicalRequest(
    { ...request, headers },
    canonicalizePath(request.rawPath),
    canonicalizeQuery(request.rawQuery),
    signedHeaders,
    payloadLine,
  );
  const signature = key.sign(buildStringToSign(amzDate, scopeText, canonicalRequest));
  headers.authorization = `${SIGV4_ALGORITHM} Credential=${credential},SignedHeaders=${signedHeaders},Signature=${signature}`;
  return { headers, seed: { key, signature, amzDate, scope: scopeText } };
};

/** The raw query of a presigned request, the signature last. Only the given headers are signed; send exactly those. */
export const presignQuery = (request: RequestToSign, scope: SigningScope, expiresSeconds: number): string => {
  const { credentials, region, service } = scope;
  const amzDate = formatAmzDate(scope.nowMs);
  const date = amzDate.slice(0, 8);
  const signedHeaders = Object.keys(request.headers).sort().join(';');
  const scopeText = `${date}/${region}/${service}/aws4_request`;
  const credential = `${credentials.accessKeyId}/${scopeText}`;
  const parameters: [string, string][] = [
    ['X-Amz-Algorithm', SIGV4_ALGORITHM],
    ['X-Amz-Credential', credential],
    ['X-Amz-Date', amzDate],
    ['X-Amz-Expires', String(expiresSeconds)],
    ['X-Amz-SignedHeaders', signedHeaders],
  ];
  if (credentials.sessionToken !== undefined) parameters.push(['X-Amz-Security-Token', credentials.sessionToken]);
  const own = parameters.map(([name, value]) => `${name}=${encodeUriComponent(value)}`).join('&');
  const rawQuery = request.rawQuery === '' ? own : `${request.rawQuery}&${own}`;
  const canonicalRequest = buildCanonicalRequest(
    { ...request, rawQuery },
    canonicalizePath(request.rawPath),
    canonicalizeQuery(rawQuery),
    signedHeaders,
    UNSIGNED_PAYLOAD,
  );
  const key = scope.keys.get(credential, credentials.secretAccessKey, date, region, service);
  return `${rawQuery}&X-Amz-Signature=${key.sign(buildStringToSign(amzDate, scopeText, canonicalRequest))}`;
};
