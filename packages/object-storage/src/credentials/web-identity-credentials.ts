import { askSts } from './ask-sts.ts';
import { credentialsUnavailable } from './credential-error.ts';
import type { Credentials } from './credential-source.ts';
import type { CredentialStep, StepContext } from './credential-step.ts';
import { readTokenFile } from './token-file.ts';

const STEP = 'web-identity';

export interface WebIdentity {
  readonly roleArn: string;
  readonly tokenPath: string;
  readonly sessionName: string;
}

/** The role that `AWS_ROLE_ARN` names, for the token in `AWS_WEB_IDENTITY_TOKEN_FILE` (IRSA). */
export function webIdentityStep(context: StepContext): CredentialStep {
  const { environment } = context;
  return {
    name: STEP,
    load: async (signal) => {
      const roleArn = environment.AWS_ROLE_ARN ?? '';
      const tokenPath = environment.AWS_WEB_IDENTITY_TOKEN_FILE ?? '';
      if (tokenPath === '') return undefined;
      if (roleArn === '') throw credentialsUnavailable(STEP, 'AWS_WEB_IDENTITY_TOKEN_FILE without AWS_ROLE_ARN');
      const sessionName = sessionNameOf(environment.AWS_ROLE_SESSION_NAME, context);
      return assumeWithWebIdentity(STEP, { roleArn, tokenPath, sessionName }, context, signal);
    },
  };
}

export async function assumeWithWebIdentity(
  step: string,
  { roleArn, tokenPath, sessionName }: WebIdentity,
  context: StepContext,
  signal: AbortSignal | undefined,
): Promise<Credentials> {
  const token = await readTokenFile(step, tokenPath);
  const parameters = { RoleArn: roleArn, RoleSessionName: sessionName, WebIdentityToken: token };
  return askSts(step, { action: 'AssumeRoleWithWebIdentity', parameters, signer: undefined }, context, signal);
}

/** The name under which logs of AWS show the session. */
export function sessionNameOf(given: string | undefined, { clock }: Pick<StepContext, 'clock'>): string {
  return given === undefined || given === '' ? `needlestack-${clock.nowMs()}` : given;
}
