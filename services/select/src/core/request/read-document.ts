import type { SelectDocument } from '@needlestack/service-contracts';
import type { SelectErrorCode } from '../select-error-code.ts';
import { SelectFailure } from '../select-failure.ts';

/** The element below `document` as elements of its own; an empty one counts as such. Throws MalformedXML when it is text. */
export const elementOf = (document: SelectDocument, name: string): SelectDocument | undefined => {
  const element = document[name];
  if (element === undefined) return undefined;
  if (typeof element !== 'string') return element;
  if (element.trim() === '') return {};
  throw new SelectFailure('MalformedXML', `${name} holds text where elements are expected`);
};

/** The text of the element, or undefined. Throws MalformedXML when it holds elements. */
export const textOf = (document: SelectDocument, name: string): string | undefined => {
  const element = document[name];
  if (element === undefined || typeof element === 'string') return element;
  if (Object.keys(element).length === 0) return '';
  throw new SelectFailure('MalformedXML', `${name} holds elements where text is expected`);
};

/** Throws the code for the first element that is not one of `names`. */
export const refuseOthers = (document: SelectDocument, names: readonly string[], code: SelectErrorCode): void => {
  for (const name of Object.keys(document)) {
    if (!names.includes(name)) throw new SelectFailure(code, `there is no option ${name.slice(0, 100)}`);
  }
};

/** One of the values, whatever its case; the fallback when the element is absent or empty. */
export const choiceOf = <T extends string>(
  document: SelectDocument,
  name: string,
  values: readonly T[],
  fallback: T,
  code: SelectErrorCode,
): T => {
  const text = textOf(document, name)?.trim();
  if (text === undefined || text === '') return fallback;
  const found = values.find((value) => value === text.toUpperCase());
  if (found === undefined) throw new SelectFailure(code, `${name} must be one of ${values.join(', ')}`);
  return found;
};

/** A text of at most so many code points. Throws InvalidRequestParameter. */
export const charactersOf = (document: SelectDocument, name: string, charactersMax: number): string | undefined => {
  const text = textOf(document, name);
  if (text === undefined) return undefined;
  if ([...text].length > charactersMax) {
    throw new SelectFailure('InvalidRequestParameter', `${name} must have at most ${charactersMax} characters`);
  }
  return text;
};
