/**
 * The key pair of SigV4A, derived from an access key (s3.md rule 15): every secret has one, the same for all days and regions. It is found by the counter mode
 * of NIST SP 800-108 over HMAC-SHA256, until the outcome is a scalar of P-256.
 */
import { createECDH, createHmac, createPublicKey, type KeyObject, verify } from 'node:crypto';
import type { VerifyingKey } from './verifying-key.ts';

export const SIGV4A_ALGORITHM = 'AWS4-ECDSA-P256-SHA256';

/** Order of P-256, less two: the greatest candidate that is taken. */
const CANDIDATE_MAX = BigInt('0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc63254f');
const COUNTER_MAX = 254;
const SCALAR_BYTES = 32;

/** The private scalar, 32 bytes. */
export const deriveEcdsaScalar = (accessKeyId: string, secret: string): Buffer => {
  for (let counter = 1; counter <= COUNTER_MAX; counter += 1) {
    const candidate = createHmac('sha256', `AWS4A${secret}`)
      .update(Buffer.from([0, 0, 0, 1]))
      .update(SIGV4A_ALGORITHM)
      .update(Buffer.from([0]))
      .update(accessKeyId)
      .update(Buffer.from([counter, 0, 0, 1, 0]))
      .digest('hex');
    const value = BigInt(`0x${candidate}`);
    if (value > CANDIDATE_MAX) continue;
    return Buffer.from((value + 1n).toString(16).padStart(SCALAR_BYTES * 2, '0'), 'hex');
  }
  // Each try fails once in 2^32.
  throw new RangeError('no key pair can be derived from this access key');
};

/** Proves signatures of SigV4A: DER in hex, of a length that differs from one to the next. */
export class EcdsaKey implements VerifyingKey {
  readonly algorithm = SIGV4A_ALGORITHM;
  readonly #publicKey: KeyObject;

  constructor(accessKeyId: string, secret: string) {
    const pair = createECDH('prime256v1');
    pair.setPrivateKey(deriveEcdsaScalar(accessKeyId, secret));
    // 04 | x | y
    const point = pair.getPublicKey();
    this.#publicKey = createPublicKey({
      format: 'jwk',
      key: {
        kty: 'EC',
        crv: 'P-256',
        x: point.subarray(1, 1 + SCALAR_BYTES).toString('base64url'),
        y: point.subarray(1 + SCALAR_BYTES).toString('base64url'),
      },
    });
  }

  proves(stringToSign: string, signature: string): boolean {
    if (!HEX.test(signature)) return false;
    return verify('sha256', Buffer.from(stringToSign, 'latin1'), this.#publicKey, Buffer.from(signature, 'hex'));
  }
}

const HEX = /^(?:[0-9a-fA-F]{2}){8,72}$/;
