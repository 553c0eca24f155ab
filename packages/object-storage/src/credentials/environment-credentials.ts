import type { SigningCredentials } from '@needlestack/s3-protocol';
import { credentialsUnavailable } from './credential-error.ts';
import type { CredentialStep, StepContext } from './credential-step.ts';

/** Keys that the configuration holds. */
export function inlineStep(credentials: SigningCredentials | undefined): CredentialStep {
  return { name: 'inline', load: async () => credentials };
}

/** `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`. */
export function environmentStep({ environment }: Pick<StepContext, 'environment'>): CredentialStep {
  const name = 'environment';
  return {
    name,
    load: async () => {
      const accessKeyId = environment.AWS_ACCESS_KEY_ID ?? '';
      const secretAccessKey = environment.AWS_SECRET_ACCESS_KEY ?? '';
      const sessionToken = environment.AWS_SESSION_TOKEN ?? '';
      if (accessKeyId === '' && secretAccessKey === '') return undefined;
      if (accessKeyId === '') throw credentialsUnavailable(name, 'AWS_SECRET_ACCESS_KEY without AWS_ACCESS_KEY_ID');
      if (secretAccessKey === '') throw credentialsUnavailable(name, 'AWS_ACCESS_KEY_ID without AWS_SECRET_ACCESS_KEY');
      return { accessKeyId, secretAccessKey, ...(sessionToken === '' ? undefined : { sessionToken }) };
    },
  };
}
