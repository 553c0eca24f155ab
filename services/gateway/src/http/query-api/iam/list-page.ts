/** Pages of listings: MaxItems, Marker, IsTruncated. */
import { setImmediate as letOthersRun } from 'node:timers/promises';
import type { IamEntityOf, IamKind } from '@needlestack/service-contracts';
import type { QueryCall } from '../query-call.ts';
import { QueryError } from '../query-error.ts';
import type { AnswerTree } from '../render-answer.ts';

const ITEMS_MAX = 1000;
const ITEMS_DEFAULT = 100;
/** Read at once: walks over many thousands let other requests come between. */
const WALK_ENTITIES = 250;
const PATH_PREFIX_RULE = { minLength: 1, maxLength: 512, pattern: /^\/[!-~]*$/ };

export const maxItemsOf = (call: QueryCall): number =>
  call.parameters.integer('MaxItems', { min: 1, max: ITEMS_MAX }) ?? ITEMS_DEFAULT;

/** The name behind which a page begins; empty for the first. @throws QueryError `ValidationError` */
export const readMarker = (call: QueryCall): string => {
  const marker = call.parameters.optional('Marker', { minLength: 1, maxLength: 2048 });
  if (marker === undefined) return '';
  const name = Buffer.from(marker, 'base64url').toString('utf8');
  if (name === '' || encodeMarker(name) !== marker) throw new QueryError('ValidationError', 'Invalid Marker.');
  return name;
};

const encodeMarker = (name: string): string => Buffer.from(name).toString('base64url');

export const endPage = (marker: string | undefined): AnswerTree =>
  marker === undefined ? { IsTruncated: false } : { IsTruncated: true, Marker: encodeMarker(marker) };

/** Entities of the caller's account, those below PathPrefix. */
export const listPage = async <Kind extends IamKind>(
  call: QueryCall,
  kind: Kind,
  isWanted: (entity: IamEntityOf<Kind>) => boolean = () => true,
): Promise<{ readonly entities: readonly IamEntityOf<Kind>[]; readonly end: AnswerTree }> => {
  const max = maxItemsOf(call);
  const prefix = call.parameters.optional('PathPrefix', PATH_PREFIX_RULE) ?? '/';
  const entities: IamEntityOf<Kind>[] = [];
  for await (const entity of allEntities(call, kind, readMarker(call))) {
    if (!entity.path.startsWith(prefix) || !isWanted(entity)) continue;
    if (entities.length === max) return { entities, end: endPage(entities.at(-1)?.name) };
    entities.push(entity);
  }
  return { entities, end: endPage(undefined) };
};

/** All entities of a kind of the caller's account, behind a name. */
export async function* allEntities<Kind extends IamKind>(
  { context, accountId }: QueryCall,
  kind: Kind,
  behind = '',
): AsyncGenerator<IamEntityOf<Kind>> {
  let startAfter = behind;
  for (;;) {
    const page = await context.catalog.readIam('entities', { accountId, kind, startAfter, max: WALK_ENTITIES });
    yield* page.entities as readonly IamEntityOf<Kind>[];
    const last = page.entities.at(-1);
    if (!page.isTruncated || last === undefined) return;
    startAfter = last.name;
    await letOthersRun();
  }
}

/** A page of names that are all at hand. */
export const pageOf = <Item>(
  call: QueryCall,
  items: readonly Item[],
  nameOf: (item: Item) => string,
): { readonly items: readonly Item[]; readonly end: AnswerTree } => {
  const max = maxItemsOf(call);
  const marker = readMarker(call);
  const start = marker === '' ? 0 : items.findIndex((item) => nameOf(item) === marker) + 1;
  const page = items.slice(start, start + max);
  const last = page.at(-1);
  const hasMore = start + page.length < items.length && last !== undefined;
  return { items: page, end: endPage(hasMore ? nameOf(last) : undefined) };
};
