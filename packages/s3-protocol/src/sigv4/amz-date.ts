/** Times of Signature Version 4: `YYYYMMDDTHHMMSSZ`. */

const AMZ_DATE = /^\d{8}T\d{6}Z$/;

let lastText = '';
let lastTimeMs: number | undefined;

/** Milliseconds since the epoch, or undefined when it is not such a time. The last one is remembered: dates come in runs. */
export const parseAmzDate = (text: string): number | undefined => {
  if (text !== lastText) {
    lastTimeMs = readAmzDate(text);
    lastText = text;
  }
  return lastTimeMs;
};

const readAmzDate = (text: string): number | undefined => {
  if (text.length !== 16 || !AMZ_DATE.test(text)) return undefined;
  const timeMs = Date.UTC(
    Number(text.slice(0, 4)),
    Number(text.slice(4, 6)) - 1,
    Number(text.slice(6, 8)),
    Number(text.slice(9, 11)),
    Number(text.slice(11, 13)),
    Number(text.slice(13, 15)),
  );
  // Date.UTC carries over: the 32nd of a month must not pass as the 1st of the next.
  return formatAmzDate(timeMs) === text ? timeMs : undefined;
};

/** `YYYYMMDDTHHMMSSZ` of a time in milliseconds. */
export const formatAmzDate = (timeMs: number): string => {
  const iso = new Date(timeMs).toISOString();
  return `${iso.slice(0, 4)}${iso.slice(5, 7)}${iso.slice(8, 13)}${iso.slice(14, 16)}${iso.slice(17, 19)}Z`;
};
