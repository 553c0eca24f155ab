/** Temporary credentials: a key, its secret, and a token that says all about them. */
import { makeId, makeSecret } from '../../../core/iam/secret-key.ts';
import { type Session, sealSession } from '../../../core/iam/session.ts';
import type { QueryCall } from '../query-call.ts';
import { type AnswerTree, showTime } from '../render-answer.ts';

export const makeCredentials = (
  call: QueryCall,
  durationSeconds: number,
  session: Omit<Session, 'secretAccessKey' | 'issuedAtMs' | 'expiresAtMs'>,
): AnswerTree => {
  const { randomBytes, nowMs } = call.context;
  const issuedAtMs = nowMs();
  // Shown in whole seconds, and true to what is shown.
  const expiresAtMs = Math.floor(issuedAtMs / 1000 + durationSeconds) * 1000;
  const accessKeyId = makeId('ASIA', randomBytes);
  const secretAccessKey = makeSecret(randomBytes);
  const token = sealSession(call.sealer, accessKeyId, { ...session, secretAccessKey, issuedAtMs, expiresAtMs });
  return {
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    SessionToken: token,
    Expiration: showTime(expiresAtMs),
  };
};
