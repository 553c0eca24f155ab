/** Why a call of IAM was refused, sealed into the refusal: whoever may decode it sees what decided (STS DecodeAuthorizationMessage). */
import type { Decision, Principal, Sealer } from '@needlestack/access-control';

export interface Denial {
  readonly principalId: string;
  readonly principalArn: string;
  /** `iam:CreateUser`. */
  readonly action: string;
  readonly resource: string;
  /** A statement denied it; else none allowed it. */
  readonly isExplicit: boolean;
  /** Where the statement that denied it stands. */
  readonly statement?: { readonly id: string; readonly of: string };
}

const PURPOSE = 'denial';

export const describeDenial = (
  principal: Principal,
  asked: { readonly action: string; readonly resource: string },
  decision: Decision | undefined,
): Denial => {
  const { statement, statementOf } = decision ?? {};
  return {
    principalId: principal.userId,
    principalArn: principal.arn,
    ...asked,
    isExplicit: decision?.reason.startsWith('explicit-deny') === true,
    ...(statement === undefined
      ? undefined
      : { statement: { id: statement.sid ?? `statement-${statement.index}`, of: statementOf ?? 'identity' } }),
  };
};

/** Opens in this account alone. */
export const sealDenial = (sealer: Sealer, accountId: string, denial: Denial): string =>
  Buffer.from(sealer.seal(Buffer.from(JSON.stringify(denial)), PURPOSE, Buffer.from(accountId))).toString('base64url');

/** Undefined for what no store with these root keys sealed for the account. */
export const openDenial = (sealer: Sealer, accountId: string, message: string): Denial | undefined => {
  let plain: Uint8Array;
  try {
    plain = sealer.unseal(Buffer.from(message, 'base64url'), PURPOSE, Buffer.from(accountId));
  } catch {
    return undefined;
  }
  // Its maker is proven: the text is what sealDenial wrote.
  return JSON.parse(Buffer.from(plain).toString('utf8')) as Denial;
};
