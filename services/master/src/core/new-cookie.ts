import type { Random } from './ports.ts';

/** The unguessable part of a file id. */
export const newCookie = (random: Random): number => random.uint32();
