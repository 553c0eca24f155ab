import { randomInt } from 'node:crypto';
import type { Clock, Random } from './core/ports.ts';

const UINT32_COUNT = 2 ** 32;

export const systemClock: Clock = { nowMs: () => Date.now() };

/** Cookies guard files, so their numbers are unguessable; choosing a volume needs no more than Math.random. */
export const systemRandom: Random = { fraction: () => Math.random(), uint32: () => randomInt(UINT32_COUNT) };
