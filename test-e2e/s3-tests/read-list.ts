import { readFileSync } from 'node:fs';

/** The ids of a list beside this file. @param list its name without `.txt` */
export const readList = (list: string): readonly string[] =>
  readFileSync(new URL(`./${list}.txt`, import.meta.url), 'utf8')
    .split('\n')
    .map((line) => line.replace(/\s*#.*$/, ''))
    .filter((line) => line !== '');
