import type { Clock } from '../clock.ts';
import type { Credentials } from './credential-source.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What steps of the chain have to work with. */
export interface StepContext {
  readonly environment: Environment;
  readonly clock: Clock;
  /** From 0 to below 1. */
  readonly random: () => number;
  /** Told of what works but should be looked at. Never a secret. */
  readonly warn: (message: string) => void;
  /** Where STS and SSO are asked when nothing else says. */
  readonly region: string;
  /** Of the user, for `~/.aws`. */
  readonly homeDirectory: string;
  /** Of ECS, for relative URIs. */
  readonly containerHost: string;
}

/** One source in the chain. */
export interface CredentialStep {
  /** `inline`, `environment`, `container`, `web-identity`, `profile`, `instance`. */
  readonly name: string;
  /** Expired credentials may be used for a while when new ones cannot be had. */
  readonly isExtensible?: boolean;
  /**
   * Undefined when the step is not configured; the next one is asked then.
   * @throws ObjectStorageError `credentials-unavailable` when it is configured and fails
   */
  load(signal: AbortSignal | undefined): Promise<Credentials | undefined>;
}
