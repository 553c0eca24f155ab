import { setLogger } from '@grpc/grpc-js';

const LIBRARY_NOISE = 'No address added';
const SYSTEM_CODE = /\blisten (E[A-Z]+)\b/;
const WORDS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'address already in use',
  EADDRNOTAVAIL: 'address not available',
  EACCES: 'permission denied',
  ENOTFOUND: 'no such address',
};

let isMuted = false;

/** The library prints a line of its own about a port that it cannot bind; whoever asked for the port is told by the error. */
export const muteListenFailures = (): void => {
  if (isMuted) return;
  isMuted = true;
  const print = (level: string, words: readonly unknown[]): void => {
    if (!String(words[0]).includes(LIBRARY_NOISE)) console.error(level, ...words);
  };
  setLogger({
    error: (...words: unknown[]) => print('E', words),
    info: (...words: unknown[]) => print('I', words),
    debug: (...words: unknown[]) => print('D', words),
  });
};

/** The library's words about a port that it could not bind, as the error that `net` gives for the same: `code`, `address`, `port`. */
export const asListenError = (cause: Error, address: string, port: number): Error => {
  const code = cause.message.startsWith('Name resolution failed') ? 'ENOTFOUND' : SYSTEM_CODE.exec(cause.message)?.[1];
  if (code === undefined) return cause;
  const error = new Error(`listen ${code}: ${WORDS[code] ?? 'cannot listen on'} ${address}:${port}`, { cause });
  return Object.assign(error, { code, syscall: 'listen', address, port });
};
