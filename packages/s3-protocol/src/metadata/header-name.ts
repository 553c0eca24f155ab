const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** Whether HTTP takes the text for the name of a header. */
export const isHeaderName = (text: string): boolean => TOKEN.test(text);
