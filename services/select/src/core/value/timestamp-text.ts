/** The text form of timestamps (select.md section 2): ISO 8601 as Ion restricts it, and its basic form on input. */
import { areValidFields, fieldsOf, type Timestamp, type TimestampPrecision, timestampOf } from './timestamp.ts';

const TEXT = /^(\d{4})(?:T|-(\d\d)(?:T|-(\d\d)(?:T?|T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,64}))?)?(Z|[+-]\d\d:\d\d))))$/;
const BASIC_TEXT = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(?:\.(\d{1,64}))?(Z|[+-]\d\d:?\d\d)$/;

/** How Ion writes that a time's offset is not known. */
const UNKNOWN_OFFSET = '-00:00';

const OFFSET_MINUTES_MAX = 24 * 60 - 1;

/** Minutes east of UTC of `Z`, `+hh:mm` or `+hhmm`; undefined when out of range. */
export const parseOffset = (text: string): number | undefined => {
  if (text === 'Z') return 0;
  const hours = Number(text.slice(1, 3));
  const minutes = Number(text.slice(-2));
  const total = hours * 60 + minutes;
  if (minutes > 59 || total > OFFSET_MINUTES_MAX) return undefined;
  return text.startsWith('-') ? 0 - total : total;
};

/** The timestamp that the text writes, or undefined when it is none. */
export const parseTimestamp = (text: string): Timestamp | undefined => {
  const match = TEXT.exec(text) ?? BASIC_TEXT.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction, zone] = match;
  const precision: TimestampPrecision =
    second !== undefined
      ? 'second'
      : hour !== undefined
        ? 'minute'
        : day !== undefined
          ? 'day'
          : month !== undefined
            ? 'month'
            : 'year';
  const fields = {
    year: Number(year),
    month: Number(month ?? '1'),
    day: Number(day ?? '1'),
    hour: Number(hour ?? '0'),
    minute: Number(minute ?? '0'),
    second: Number(second ?? '0'),
  };
  if (!areValidFields(fields)) return undefined;
  const offset = zone === undefined || zone === UNKNOWN_OFFSET ? undefined : parseOffset(zone);
  if (zone !== undefined && zone !== UNKNOWN_OFFSET && offset === undefined) return undefined;
  return timestampOf(fields, fraction ?? '', precision, offset);
};

export const pad = (value: number, digits: number): string => String(value).padStart(digits, '0');

/** `Z` for zero when `zuluForZero`, else `+hh:mm` or `+hhmm`. */
export const formatOffset = (offsetMinutes: number, separator: ':' | '', zuluForZero: boolean): string => {
  if (offsetMinutes === 0 && zuluForZero) return 'Z';
  const total = Math.abs(offsetMinutes);
  return `${offsetMinutes < 0 ? '-' : '+'}${pad(Math.floor(total / 60), 2)}${separator}${pad(total % 60, 2)}`;
};

/** The text in the timestamp's own precision and offset. */
export const formatTimestamp = (timestamp: Timestamp): string => {
  const fields = fieldsOf(timestamp);
  let text = pad(fields.year, 4);
  if (timestamp.precision === 'year') return `${text}T`;
  text += `-${pad(fields.month, 2)}`;
  if (timestamp.precision === 'month') return `${text}T`;
  text += `-${pad(fields.day, 2)}`;
  if (timestamp.precision === 'day') return `${text}T`;
  text += `T${pad(fields.hour, 2)}:${pad(fields.minute, 2)}`;
  if (timestamp.precision === 'second') {
    text += `:${pad(fields.second, 2)}`;
    if (timestamp.fraction !== '') text += `.${timestamp.fraction}`;
  }
  const { offsetMinutes } = timestamp;
  return text + (offsetMinutes === undefined ? UNKNOWN_OFFSET : formatOffset(offsetMinutes, ':', true));
};
