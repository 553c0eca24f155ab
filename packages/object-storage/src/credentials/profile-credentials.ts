import { PROFILE_CHAIN_MAX } from '../limits.ts';
import { askSts } from './ask-sts.ts';
import { containerStep } from './container-credentials.ts';
import { credentialsUnavailable } from './credential-error.ts';
import { runCredentialProcess } from './credential-process.ts';
import type { Credentials } from './credential-source.ts';
import type { CredentialStep, StepContext } from './credential-step.ts';
import { environmentStep } from './environment-credentials.ts';
import { instanceStep } from './instance-credentials.ts';
import { type Profile, readSharedProfiles, type SharedProfiles } from './shared-profiles.ts';
import { askSso } from './sso-credentials.ts';
import { assumeWithWebIdentity, sessionNameOf } from './web-identity-credentials.ts';

const STEP = 'profile';

/**
 * A profile of the shared files: keys, a role by another profile's keys, by a web identity or by a source of the machine, a single sign-on, or
 * a program that prints keys. The files are read anew each time.
 * @param name the profile that was asked for; the environment's or `default` when undefined
 */
export function profileStep(context: StepContext, name: string | undefined): CredentialStep {
  return {
    name: STEP,
    load: async (signal) => {
      const asked = name ?? context.environment.AWS_PROFILE ?? '';
      const profiles = await readSharedProfiles(STEP, context);
      const profile = asked === '' ? 'default' : asked;
      const found = profiles.find(profile);
      if (asked === '' && (found === undefined || !givesCredentials(found))) return undefined;
      return new ProfileResolver(context, profiles, signal).resolve(profile, []);
    },
  };
}

const GIVING_KEYS = ['aws_access_key_id', 'role_arn', 'credential_process', 'sso_session', 'sso_start_url'];

function givesCredentials(profile: Profile): boolean {
  return GIVING_KEYS.some((key) => profile.has(key));
}

class ProfileResolver {
  readonly #context: StepContext;
  readonly #profiles: SharedProfiles;
  readonly #signal: AbortSignal | undefined;

  constructor(context: StepContext, profiles: SharedProfiles, signal: AbortSignal | undefined) {
    this.#context = context;
    this.#profiles = profiles;
    this.#signal = signal;
  }

  /** @param trail profiles that led here */
  async resolve(name: string, trail: readonly string[]): Promise<Credentials> {
    const profile = this.#profiles.find(name);
    if (profile === undefined) throw credentialsUnavailable(STEP, `there is no profile ${name}`);
    // A role's own profile may be the source of the keys that take it.
    const isOwnSource = trail.at(-1) === name;
    if (!isOwnSource && (trail.includes(name) || trail.length >= PROFILE_CHAIN_MAX)) {
      throw credentialsUnavailable(STEP, `profiles lead in a circle or too far: ${[...trail, name].join(', ')}`);
    }
    if (profile.has('role_arn') && !isOwnSource) return this.#assumeRole(name, profile, [...trail, name]);
    if (profile.has('aws_access_key_id')) return readKeys(name, profile);
    const command = profile.get('credential_process');
    if (command !== undefined) return runCredentialProcess(STEP, command, this.#signal);
    if (profile.has('sso_session') || profile.has('sso_start_url')) {
      return askSso(STEP, profile, this.#profiles, this.#context, this.#signal);
    }
    throw credentialsUnavailable(STEP, `profile ${name} has neither keys nor a way to get some`);
  }

  async #assumeRole(name: string, profile: Profile, trail: readonly string[]): Promise<Credentials> {
    const roleArn = profile.get('role_arn') ?? '';
    const sessionName = sessionNameOf(profile.get('role_session_name'), this.#context);
    const tokenPath = profile.get('web_identity_token_file');
    if (tokenPath !== undefined) {
      return assumeWithWebIdentity(STEP, { roleArn, tokenPath, sessionName }, this.#context, this.#signal);
    }
    const parameters: Record<string, string> = { RoleArn: roleArn, RoleSessionName: sessionName };
    const externalId = profile.get('external_id');
    if (externalId !== undefined) parameters.ExternalId = externalId;
    const signer = await this.#findSigner(name, profile, trail);
    return askSts(STEP, { action: 'AssumeRole', parameters, signer }, this.#context, this.#signal);
  }

  async #findSigner(name: string, profile: Profile, trail: readonly string[]): Promise<Credentials> {
    const sourceProfile = profile.get('source_profile');
    if (sourceProfile !== undefined) return this.resolve(sourceProfile, trail);
    const source = profile.get('credential_source') ?? '';
    const step = this.#sourceStep(source);
    if (step === undefined) {
      const problem = source === '' ? 'no source_profile and no credential_source' : `the credential_source ${source}`;
      throw credentialsUnavailable(STEP, `profile ${name} has a role_arn and ${problem}`);
    }
    const found = await step.load(this.#signal);
    if (found === undefined) throw credentialsUnavailable(STEP, `profile ${name}: ${source} gives no credentials`);
    return found;
  }

  #sourceStep(source: string): CredentialStep | undefined {
    switch (source) {
      case 'Environment':
        return environmentStep(this.#context);
      case 'EcsContainer':
        return containerStep(this.#context);
      case 'Ec2InstanceMetadata':
        return instanceStep(this.#context);
      default:
        return undefined;
    }
  }
}

function readKeys(name: string, profile: Profile): Credentials {
  const accessKeyId = profile.get('aws_access_key_id') ?? '';
  const secretAccessKey = profile.get('aws_secret_access_key') ?? '';
  const sessionToken = profile.get('aws_session_token');
  if (accessKeyId === '' || secretAccessKey === '') {
    throw credentialsUnavailable(STEP, `profile ${name} has one of the two keys, not both`);
  }
  return { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? undefined : { sessionToken }) };
}
