import { readFile, stat } from 'node:fs/promises';
import { CREDENTIAL_DOCUMENT_BYTES_MAX } from '../limits.ts';
import { credentialsUnavailable, messageOf } from './credential-error.ts';

/** A token from a file, read anew each time: those who issue tokens replace them. White space around it is no part of it. */
export async function readTokenFile(step: string, path: string): Promise<string> {
  let token: string;
  try {
    const { size } = await stat(path);
    if (size > CREDENTIAL_DOCUMENT_BYTES_MAX) throw new Error(`${size} bytes are too many`);
    token = (await readFile(path, 'utf8')).trim();
  } catch (error) {
    throw credentialsUnavailable(step, `cannot read the token file ${path}: ${messageOf(error)}`, error);
  }
  if (token === '') throw credentialsUnavailable(step, `the token file ${path} is empty`);
  return token;
}
