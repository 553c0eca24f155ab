import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { credentialsUnavailable, messageOf } from './credential-error.ts';
import type { StepContext } from './credential-step.ts';
import { type IniSections, parseIni } from './parse-ini.ts';

export type Profile = ReadonlyMap<string, string>;

/** The profiles of `~/.aws/config` and `~/.aws/credentials`, or of the files that the environment names. */
export interface SharedProfiles {
  /** Settings of both files; those of the credentials file win. */
  find(name: string): Profile | undefined;
  findSsoSession(name: string): Profile | undefined;
}

/** @throws ObjectStorageError `credentials-unavailable` for a file that cannot be read or parsed; a missing one is empty */
export async function readSharedProfiles(
  step: string,
  { environment, homeDirectory }: StepContext,
): Promise<SharedProfiles> {
  const config = await readSections(step, environment.AWS_CONFIG_FILE ?? join(homeDirectory, '.aws', 'config'));
  const credentials = await readSections(
    step,
    environment.AWS_SHARED_CREDENTIALS_FILE ?? join(homeDirectory, '.aws', 'credentials'),
  );
  return {
    find: (name) => {
      const fromConfig = config.get(`profile ${name}`) ?? (name === 'default' ? config.get(name) : undefined);
      const fromCredentials = credentials.get(name);
      if (fromConfig === undefined && fromCredentials === undefined) return undefined;
      return new Map([...(fromConfig ?? []), ...(fromCredentials ?? [])]);
    },
    findSsoSession: (name) => config.get(`sso-session ${name}`),
  };
}

async function readSections(step: string, path: string): Promise<IniSections> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT') return new Map();
    throw credentialsUnavailable(step, `cannot read ${path}: ${messageOf(error)}`, error);
  }
  try {
    return parseIni(text);
  } catch (error) {
    throw credentialsUnavailable(step, `${path}: ${messageOf(error)}`, error);
  }
}
