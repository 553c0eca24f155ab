const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

const CONTROL = /(?!\t)\p{Cc}/u;

/** Whether the text can be the value of the header. User metadata takes any: what HTTP cannot carry it is encoded for. */
export const isHeaderValue = (name: string, text: string): boolean =>
  name.startsWith('x-amz-meta-') || !CONTROL.test(text);

/** Whether HTTP takes the text for the name of a header. */
export const isHeaderName = (text: string): boolean => TOKEN.test(text);
