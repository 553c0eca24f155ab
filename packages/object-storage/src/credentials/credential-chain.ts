import type { SigningCredentials } from '@needlestack/s3-protocol';
import { type Clock, SYSTEM_CLOCK } from '../clock.ts';
import { isObjectStorageError } from '../object-storage-error.ts';
import { containerStep } from './container-credentials.ts';
import { credentialsUnavailable } from './credential-error.ts';
import type { CredentialSource } from './credential-source.ts';
import type { CredentialStep, Environment, StepContext } from './credential-step.ts';
import { environmentStep, inlineStep } from './environment-credentials.ts';
import { instanceStep } from './instance-credentials.ts';
import { profileStep } from './profile-credentials.ts';
import { type LoadedCredentials, RefreshingCredentials } from './refreshing-credentials.ts';
import { webIdentityStep } from './web-identity-credentials.ts';

/** `default` asks the container before the web identity, `aws` the other way round, as AWS's own libraries do. */
export const CREDENTIAL_ORDERS = ['default', 'aws'] as const;
export type CredentialOrder = (typeof CREDENTIAL_ORDERS)[number];

export interface CredentialChainOptions {
  /** Keys that the configuration holds; nothing else is asked then. */
  readonly inline?: SigningCredentials;
  /** A profile that the configuration names; it is asked before the environment. */
  readonly profile?: string;
  /** Variables of the process, or an excerpt of them. */
  readonly environment: Environment;
  readonly order?: CredentialOrder;
  /** For STS, when the environment names none. Default us-east-1. */
  readonly region?: string;
  /** Default `HOME` of the environment. */
  readonly homeDirectory?: string;
  /** Of the agent of ECS. Default http://169.254.170.2 */
  readonly containerHost?: string;
  readonly warn?: (message: string) => void;
  readonly clock?: Clock;
  /** From 0 to below 1. */
  readonly random?: () => number;
}

const DEFAULT_REGION = 'us-east-1';
const ECS_AGENT = 'http://169.254.170.2';

/**
 * The first source that is configured: inline, environment, container, web identity, profile, instance. One that is configured and fails is an
 * error; it is never skipped. Credentials are renewed ahead of their expiry.
 */
export function createCredentialChain(options: CredentialChainOptions): CredentialSource {
  const { clock = SYSTEM_CLOCK, random = Math.random, warn = () => undefined } = options;
  const steps = chainSteps(options, {
    environment: options.environment,
    clock,
    random,
    warn,
    region: options.region ?? DEFAULT_REGION,
    homeDirectory: options.homeDirectory ?? options.environment.HOME ?? '/',
    containerHost: options.containerHost ?? ECS_AGENT,
  });
  return new RefreshingCredentials({ load: () => loadFirst(steps), clock, random, warn });
}

function chainSteps(options: CredentialChainOptions, context: StepContext): readonly CredentialStep[] {
  const outside = [containerStep(context), webIdentityStep(context)];
  if (options.order === 'aws') outside.reverse();
  const named = options.profile === undefined || options.profile === '' ? undefined : options.profile;
  return [
    inlineStep(options.inline),
    ...(named === undefined ? [] : [profileStep(context, named)]),
    environmentStep(context),
    ...outside,
    profileStep(context, undefined),
    instanceStep(context),
  ];
}

async function loadFirst(steps: readonly CredentialStep[]): Promise<LoadedCredentials> {
  let lastFailure: unknown;
  for (const step of steps) {
    try {
      const credentials = await step.load(undefined);
      if (credentials !== undefined) return { credentials, isExtensible: step.isExtensible ?? false };
    } catch (error) {
      // The last step is configured by nobody: where it fails there is just nothing.
      if (step !== steps.at(-1) || !isObjectStorageError(error)) throw error;
      lastFailure = error;
    }
  }
  const asked = [...new Set(steps.map(({ name }) => name))].join(', ');
  const why = isObjectStorageError(lastFailure) ? ` (${lastFailure.message})` : '';
  throw credentialsUnavailable('chain', `none of ${asked} gives any${why}`, lastFailure);
}
