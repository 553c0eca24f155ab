/**
 * Passwords as they are kept: scrypt (RFC 7914) over a salt of their own. The text of a hash says with what it was made, so that the cost
 * may rise and older ones still count:
 *
 *   scrypt:N:r:p:salt:hash      numbers in decimal, bytes in base64
 */
import { type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { PASSWORD_HASHES_AT_ONCE } from '../limits.ts';
import { Permits } from '../permits.ts';

/** What one guess costs, in the words of scrypt. */
export interface PasswordCost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

/** 16 MiB and some 0.2 s of one core: what OWASP asks for at this memory. */
const COST: PasswordCost = { N: 16_384, r: 8, p: 5 };
const SALT_BYTES = 16;
const HASH_BYTES = 32;
const FORM = /^scrypt:(\d{1,8}):(\d{1,3}):(\d{1,3}):([A-Za-z\d+/=]+):([A-Za-z\d+/=]+)$/;
/** scrypt works in 128 * N * r bytes and a little more. */
const memoryBytesOf = ({ N, r, p }: PasswordCost): number => 128 * r * (N + p + 2);

export class PasswordHasher {
  readonly #randomBytes: (count: number) => Uint8Array;
  readonly #cost: PasswordCost;
  readonly #permits = new Permits(PASSWORD_HASHES_AT_ONCE);

  constructor(options: {
    readonly randomBytes: (count: number) => Uint8Array;
    readonly cost?: PasswordCost | undefined;
  }) {
    this.#randomBytes = options.randomBytes;
    this.#cost = options.cost ?? COST;
  }

  async hash(password: string): Promise<string> {
    const { N, r, p } = this.#cost;
    const salt = Buffer.from(this.#randomBytes(SALT_BYTES));
    const hash = await this.#derive(password, salt, HASH_BYTES, this.#cost);
    return ['scrypt', N, r, p, salt.toString('base64'), hash.toString('base64')].join(':');
  }

  /** @throws Error for a text that `hash` never made */
  async matches(password: string, hash: string): Promise<boolean> {
    const [, N, r, p, salt = '', expected = ''] = FORM.exec(hash) ?? [];
    if (N === undefined) throw new Error('a hash of a password in an unknown form');
    const known = Buffer.from(expected, 'base64');
    const cost = { N: Number(N), r: Number(r), p: Number(p) };
    const found = await this.#derive(password, Buffer.from(salt, 'base64'), known.length, cost);
    return timingSafeEqual(found, known);
  }

  /** Off the main thread; few at once, because each takes memory and a thread that files and signatures use too. */
  #derive(password: string, salt: Buffer, length: number, cost: PasswordCost): Promise<Buffer> {
    const options: ScryptOptions = { ...cost, maxmem: memoryBytesOf(cost) };
    return this.#permits.use(
      () =>
        new Promise((resolve, reject) => {
          scrypt(Buffer.from(password), salt, length, options, (error, key) =>
            error === null ? resolve(key) : reject(error),
          );
        }),
    );
  }
}
