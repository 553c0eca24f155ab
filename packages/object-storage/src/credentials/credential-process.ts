import { execFile } from 'node:child_process';
import { CREDENTIAL_DOCUMENT_BYTES_MAX, CREDENTIAL_PROCESS_TIMEOUT_MS } from '../limits.ts';
import { credentialsUnavailable, messageOf } from './credential-error.ts';
import type { Credentials } from './credential-source.ts';
import { parseJsonObject, readCredentials } from './read-credential-json.ts';

const FIELDS = {
  accessKeyId: 'AccessKeyId',
  secretAccessKey: 'SecretAccessKey',
  sessionToken: 'SessionToken',
  expiration: 'Expiration',
};
const VERSION = 1;

/** What a program prints, by a shell as AWS's own tools run it. Nothing of its output is in errors: it holds secrets. */
export async function runCredentialProcess(
  step: string,
  command: string,
  signal: AbortSignal | undefined,
): Promise<Credentials> {
  const output = await run(step, command, signal);
  try {
    const document = parseJsonObject(output);
    if (document.Version !== VERSION) throw new Error(`has a Version other than ${VERSION}`);
    return readCredentials(document, FIELDS);
  } catch (error) {
    throw credentialsUnavailable(step, `the output of credential_process ${messageOf(error)}`);
  }
}

function run(step: string, command: string, signal: AbortSignal | undefined): Promise<string> {
  const options = {
    timeout: CREDENTIAL_PROCESS_TIMEOUT_MS,
    maxBuffer: CREDENTIAL_DOCUMENT_BYTES_MAX,
    encoding: 'utf8',
    ...(signal === undefined ? undefined : { signal }),
  } as const;
  return new Promise((resolve, reject) => {
    execFile('/bin/sh', ['-c', command], options, (error, stdout) => {
      if (error === null) resolve(stdout);
      else if (signal?.aborted === true) reject(signal.reason);
      else {
        const how =
          error.killed === true
            ? `did not end within ${CREDENTIAL_PROCESS_TIMEOUT_MS} ms`
            : `ended with ${error.code ?? error.signal}`;
        reject(credentialsUnavailable(step, `credential_process ${how}`));
      }
    });
  });
}
