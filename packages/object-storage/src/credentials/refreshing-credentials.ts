import type { SigningCredentials } from '@needlestack/s3-protocol';
import type { Clock } from '../clock.ts';
import {
  CREDENTIAL_EXTENSION_MS,
  CREDENTIAL_REFRESH_AHEAD_MS,
  CREDENTIAL_REFRESH_JITTER_MS,
  CREDENTIAL_REFRESH_PAUSE_MS,
} from '../limits.ts';
import { messageOf } from './credential-error.ts';
import type { CredentialSource, Credentials } from './credential-source.ts';

/** Credentials with what may be done when no new ones are to be had. */
export interface LoadedCredentials {
  readonly credentials: Credentials;
  readonly isExtensible: boolean;
}

export interface RefreshingCredentialsOptions {
  /** Asks the sources. Bounds its own time. */
  readonly load: () => Promise<LoadedCredentials>;
  readonly clock: Clock;
  /** From 0 to below 1. */
  readonly random: () => number;
  readonly warn: (message: string) => void;
}

interface Held extends LoadedCredentials {
  /** From here on new ones are fetched in the background. */
  readonly refreshAtMs: number;
  /** From here on a request waits for new ones. */
  readonly usableUntilMs: number;
}

/**
 * Holds credentials and renews them: in the background before they expire, at once when a store refuses them, always by one question at a
 * time. A failed renewal keeps what is still good. Failures and nothing found are not remembered.
 */
export class RefreshingCredentials implements CredentialSource {
  readonly #options: RefreshingCredentialsOptions;
  #held: Held | undefined;
  #loading: Promise<Held> | undefined;
  #pausedUntilMs = 0;

  constructor(options: RefreshingCredentialsOptions) {
    this.#options = options;
  }

  async current(signal?: AbortSignal): Promise<SigningCredentials> {
    const held = this.#held;
    const nowMs = this.#options.clock.nowMs();
    if (held === undefined || nowMs >= held.usableUntilMs) {
      return (await untilAborted(this.#load(), signal)).credentials;
    }
    if (nowMs >= held.refreshAtMs && nowMs >= this.#pausedUntilMs) void this.#load().catch(() => undefined);
    return held.credentials;
  }

  async renew(refused: SigningCredentials, signal?: AbortSignal): Promise<boolean> {
    // Others were refused at the same time, and one of them has renewed already.
    if (this.#held !== undefined && !isSame(this.#held.credentials, refused)) return true;
    const { credentials } = await untilAborted(this.#load(), signal);
    return !isSame(credentials, refused);
  }

  #load(): Promise<Held> {
    this.#loading ??= this.#loadOnce().finally(() => {
      this.#loading = undefined;
    });
    return this.#loading;
  }

  async #loadOnce(): Promise<Held> {
    try {
      this.#held = this.#hold(await this.#options.load());
    } catch (error) {
      this.#held = this.#keepAfter(error);
    }
    return this.#held;
  }

  #hold(loaded: LoadedCredentials): Held {
    const { clock, random } = this.#options;
    const { expiresAtMs } = loaded.credentials;
    const nowMs = clock.nowMs();
    if (expiresAtMs === undefined) {
      return { ...loaded, refreshAtMs: Number.POSITIVE_INFINITY, usableUntilMs: Number.POSITIVE_INFINITY };
    }
    const lifeMs = expiresAtMs - nowMs;
    if (lifeMs <= 0 && loaded.isExtensible) return this.#extend(loaded, 'those that were given have expired');
    const aheadMs = CREDENTIAL_REFRESH_AHEAD_MS + random() * CREDENTIAL_REFRESH_JITTER_MS;
    // Short lives are renewed at their half: five minutes ahead would be always.
    const refreshAtMs = lifeMs > 2 * aheadMs ? expiresAtMs - aheadMs : nowMs + (lifeMs / 2) * (1 - random() / 4);
    return { ...loaded, refreshAtMs, usableUntilMs: expiresAtMs };
  }

  #keepAfter(error: unknown): Held {
    const held = this.#held;
    const nowMs = this.#options.clock.nowMs();
    if (held === undefined) throw error;
    if (nowMs < held.usableUntilMs) {
      this.#pausedUntilMs = nowMs + CREDENTIAL_REFRESH_PAUSE_MS;
      this.#options.warn(`credentials could not be renewed, those held are still good: ${messageOf(error)}`);
      return held;
    }
    if (!held.isExtensible) throw error;
    return this.#extend(held, messageOf(error));
  }

  /** Stores may still take them while the source is down; without them nothing works at all. */
  #extend(loaded: LoadedCredentials, why: string): Held {
    const { clock, random, warn } = this.#options;
    const untilMs = clock.nowMs() + CREDENTIAL_EXTENSION_MS * (1 + random());
    warn(`expired credentials are used for some more minutes: ${why}`);
    return { ...loaded, refreshAtMs: untilMs, usableUntilMs: untilMs };
  }
}

function isSame(left: SigningCredentials, right: SigningCredentials): boolean {
  return (
    left.accessKeyId === right.accessKeyId &&
    left.secretAccessKey === right.secretAccessKey &&
    left.sessionToken === right.sessionToken
  );
}

/** One caller's signal ends its waiting, not what others wait for as well. */
async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
