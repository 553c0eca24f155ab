const ISO_TIME = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/;
const ZONE = /Z$|[+-]\d{2}:?\d{2}$/;

/** A time of ISO 8601, a date alone included, as milliseconds since the epoch. Without a zone it is UTC. Undefined when it is none. */
export const parseIsoTime = (text: string): number | undefined => {
  if (!ISO_TIME.test(text)) return undefined;
  const isWhole = text.length === 10 || ZONE.test(text.slice(10));
  const timeMs = Date.parse(isWhole ? text : `${text}Z`);
  return Number.isNaN(timeMs) ? undefined : timeMs;
};
