import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CredentialChainOptions, createCredentialChain } from '../../src/index.ts';
import {
  RecordingClock,
  type SmallAnswer,
  type SmallRequest,
  SmallServer,
  storageErrorOf,
} from '../../testing/index.ts';

/** What a test of the chain needs: a home, a clock, servers; all is gone after the test. */
export class ChainFixture {
  readonly home = mkdtempSync(join(tmpdir(), 'needlestack-credentials-'));
  readonly clock = new RecordingClock();
  readonly warnings: string[] = [];
  readonly #servers: SmallServer[] = [];

  async serve(answer: (request: SmallRequest, count: number) => SmallAnswer): Promise<SmallServer> {
    const server = await SmallServer.start(answer);
    this.#servers.push(server);
    return server;
  }

  /** Writes a file below the home. Resolves with its path. */
  write(name: string, text: string): string {
    const path = join(this.home, name);
    writeFileSync(path, text);
    return path;
  }

  /** The chain with nothing but what is given: no variable of the process, and no instance to be asked. */
  chain(environment: Record<string, string>, options: Partial<CredentialChainOptions> = {}) {
    return createCredentialChain({
      environment: { AWS_EC2_METADATA_DISABLED: 'true', ...environment },
      homeDirectory: this.home,
      clock: this.clock,
      random: () => 0.5,
      warn: (message) => this.warnings.push(message),
      ...options,
    });
  }

  /** What a chain that fails says. */
  async failureOf(environment: Record<string, string>, options: Partial<CredentialChainOptions> = {}): Promise<string> {
    const error = await storageErrorOf(this.chain(environment, options).current());
    expect(error.code).toBe('credentials-unavailable');
    return error.message;
  }

  isoIn(ms: number): string {
    return new Date(this.clock.nowMs() + ms).toISOString();
  }

  close(): void {
    for (const server of this.#servers) server.close();
    rmSync(this.home, { recursive: true, force: true });
  }
}

/** Credentials as the agents of containers and instances give them. */
export function agentDocument(accessKeyId: string, expiration?: string): string {
  const document = { AccessKeyId: accessKeyId, SecretAccessKey: `secret of ${accessKeyId}`, Token: 'T' };
  return JSON.stringify(expiration === undefined ? document : { ...document, Expiration: expiration });
}

/** Credentials as STS gives them. */
export function stsDocument(action: string, accessKeyId: string, expiration: string): string {
  const credentials =
    `<AccessKeyId>${accessKeyId}</AccessKeyId><SecretAccessKey>s</SecretAccessKey>` +
    `<SessionToken>T</SessionToken><Expiration>${expiration}</Expiration>`;
  return (
    `<${action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${action}Result>` +
    `<Credentials>${credentials}</Credentials></${action}Result></${action}Response>`
  );
}
